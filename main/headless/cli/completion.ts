import type { CommandUnknownOpts } from '@commander-js/extra-typings'

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const
export type Shell = (typeof shells)[number]

interface Word {
  readonly word: string
  readonly description: string
}

/** What may stand after a command: its subcommands and options, and what its options take. */
interface Place {
  /** Names of the command and its parents without the program's, such as `avatar search`; empty for the program. */
  readonly path: string
  readonly commands: readonly Word[]
  readonly options: readonly (Word & {
    readonly takesValue: boolean
    /** None where anything goes, as a file. */ readonly choices: readonly string[]
  })[]
}

function placesOf(program: CommandUnknownOpts): Place[] {
  const optionsOf = (command: CommandUnknownOpts): Place['options'] =>
    command.options
      .filter(({ hidden, long }) => !hidden && long)
      .map(({ long, description, required, optional, argChoices }) => ({
        word: long ?? '',
        description,
        takesValue: required || optional,
        choices: argChoices ?? [],
      }))
  const everywhere = optionsOf(program)
  const walk = (command: CommandUnknownOpts, path: string): Place[] => [
    {
      path,
      commands: command.commands.map((child) => ({ word: child.name(), description: child.description() })),
      options: path === '' ? everywhere : [...optionsOf(command), ...everywhere],
    },
    ...command.commands.flatMap((child) => walk(child, `${path} ${child.name()}`.trim())),
  ]
  return walk(program, '')
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
const wordsOf = ({ commands, options }: Place): readonly Word[] => [...commands, ...options]

/** The commands that lead somewhere, as a pattern of `case`. */
const pathsPattern = (places: readonly Place[]): string =>
  places
    .filter(({ path }) => path !== '')
    .map(({ path }) => quoted(path))
    .join('|')

/** One branch of `case` for each option that takes a value, by where it stands. */
const valueBranches = (places: readonly Place[], choose: (choices: string) => string, file: string): string =>
  places
    .flatMap(({ path, options }) =>
      options
        .filter(({ takesValue }) => takesValue)
        .map(
          ({ word, choices }) =>
            `    ${quoted(`${path}|${word}`)}) ${choices.length > 0 ? choose(choices.join(' ')) : file}; return ;;`,
        ),
    )
    .join('\n')

const bash = (
  name: string,
  places: readonly Place[],
): string => `# bash completion of ${name}; load it with: source <(${name} completion bash)
_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path='' next i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${path:+$path }\${COMP_WORDS[i]}"
    case "$next" in
      ${pathsPattern(places)}) path="$next" ;;
    esac
  done
  case "$path|$previous" in
${valueBranches(
  places,
  (choices) => `COMPREPLY=($(compgen -W ${quoted(choices)} -- ` + `"$current"))`,
  'compopt -o default',
)}
  esac
  local words=''
  case "$path" in
${places
  .map(
    (place) =>
      `    ${quoted(place.path)}) words=${quoted(
        wordsOf(place)
          .map(({ word }) => word)
          .join(' '),
      )} ;;`,
  )
  .join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _${name} ${name}
`

const zsh = (name: string, places: readonly Place[]): string => `#compdef ${name}
# zsh completion of ${name}; put it into a folder of $fpath as _${name}
_${name}() {
  local at='' next i
  local -a entries
  for ((i = 2; i < CURRENT; i++)); do
    next="\${at:+$at }\${words[i]}"
    case "$next" in
      ${pathsPattern(places)}) at="$next" ;;
    esac
  done
  case "$at|\${words[CURRENT-1]}" in
${valueBranches(places, (choices) => `compadd -- ${choices}`, '_files')}
  esac
  case "$at" in
${places
  .map(
    (place) =>
      `    ${quoted(place.path)}) entries=(${wordsOf(place)
        .map(({ word, description }) => quoted(`${word}:${description}`))
        .join(' ')}) ;;`,
  )
  .join('\n')}
  esac
  _describe '${name}' entries || _files
}
if [ "\${funcstack[1]}" = "_${name}" ]; then _${name} "$@"; else compdef _${name} ${name}; fi
`

const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

const fish = (
  name: string,
  places: readonly Place[],
): string => `# fish completion of ${name}; load it with: ${name} completion fish | source
set -g __${name}_paths ${places
  .filter(({ path }) => path !== '')
  .map(({ path }) => fishQuoted(path))
  .join(' ')}
function __${name}_at
    set -l at ''
    for word in (commandline -opc)[2..]
        set -l next (string trim -- "$at $word")
        contains -- "$next" $__${name}_paths; and set at "$next"
    end
    test "$at" = "$argv[1]"
end
${places
  .flatMap(({ path, commands, options }) => {
    const here = `complete -c ${name} -n ${fishQuoted(`__${name}_at ${quoted(path)}`)}`
    return [
      ...commands.map(({ word, description }) => `${here} -f -a ${word} -d ${fishQuoted(description)}`),
      ...options.map(
        ({ word, description, takesValue, choices }) =>
          `${here} -l ${word.slice(2)} -d ${fishQuoted(description)}` +
          (choices.length > 0 ? ` -x -a ${fishQuoted(choices.join(' '))}` : takesValue ? ' -r' : ''),
      ),
    ]
  })
  .join('\n')}
`

const psQuoted = (text: string): string => `'${text.replaceAll("'", "''").replaceAll('’', '’’')}'`
const psWords = (words: readonly Word[]): string =>
  `@(${words.map(({ word, description }) => `,@(${psQuoted(word)}, ${psQuoted(description || word)})`).join(' ')})`

const powershell = (name: string, places: readonly Place[]): string => `\
# PowerShell completion of ${name}; load it with: ${name} completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName ${name} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @{
${places.map((place) => `    ${psQuoted(place.path)} = ${psWords(wordsOf(place))}`).join('\n')}
  }
  $values = @{
${places
  .flatMap(({ path, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(({ word, choices }) => {
        const values = choices.map((choice) => ({ word: choice, description: choice }))
        return `    ${psQuoted(`${path}|${word}`)} = ${psWords(values)}`
      }),
  )
  .join('\n')}
  }
  $at = ''
  $previous = ''
  foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
    if ($element.Extent.EndOffset -ge $cursorPosition -and $wordToComplete -ne '') { break }
    $previous = "$element"
    $next = "$at $element".Trim()
    if ($words.ContainsKey($next)) { $at = $next }
  }
  $found = if ($values.ContainsKey("$at|$previous")) { $values["$at|$previous"] } else { $words[$at] }
  $found | Where-Object { $_[0] -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
  }
}
`

const scripts = { bash, zsh, fish, powershell } satisfies Record<Shell, (name: string, places: Place[]) => string>

/** The completion script of a shell, made from the commands as they are. */
export const completionFor = (shell: Shell, program: CommandUnknownOpts): string =>
  scripts[shell](program.name(), placesOf(program))
