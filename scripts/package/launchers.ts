import type { Target } from './targets.ts'

/** The command line of a package: the host's, on the package's own Node, also through a link from elsewhere. */
export const launchers = ({ platform }: Target): readonly { readonly name: string; readonly text: string }[] =>
  platform === 'win32'
    ? [
        {
          name: 'hearth.cmd',
          text: '@"%~dp0..\\runtime\\hearth-node.exe" "%~dp0..\\host\\out\\main\\hearth.js" %*\r\n',
        },
      ]
    : [
        {
          name: 'hearth',
          text: `#!/bin/sh
file=$0
while [ -L "$file" ]; do
  link=$(readlink "$file")
  case $link in
    /*) file=$link ;;
    *) file=$(dirname "$file")/$link ;;
  esac
done
resources=$(cd "$(dirname "$file")/.." && pwd)
exec "$resources/runtime/hearth-node" "$resources/host/out/main/hearth.js" "$@"
`,
        },
      ]
