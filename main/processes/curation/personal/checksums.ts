/** Whether digits pass the check of Luhn (ISO/IEC 7812-1), as card numbers do. */
export function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const value = Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 1 : 2)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}

/** ISO 7064 MOD 97-10, as IBANs have it (ISO 13616). */
export function passesMod97(iban: string): boolean {
  const moved = iban.slice(4) + iban.slice(0, 4)
  let rest = 0
  for (const letter of moved.replace(/[A-Z]/g, (it) => String(it.charCodeAt(0) - 55)))
    rest = (rest * 10 + Number(letter)) % 97
  return rest === 1
}

/** The last sign of a Chinese resident's number (GB 11643-1999, ISO 7064 MOD 11-2). */
export function passesResidentCheck(number: string): boolean {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  return '10X98765432'[weights.reduce((sum, weight, i) => sum + weight * Number(number[i]), 0) % 11] === number[17]
}

/** Spain's DNI and NIE: a letter by the number modulo 23. */
export function passesDni(number: string): boolean {
  const digits = number.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)))
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits) % 23] === number.at(-1)
}

/** Brazil's CPF: two digits modulo 11. */
export function passesCpf(digits: string): boolean {
  if (/^(\d)\1{10}$/.test(digits)) return false
  const check = (length: number): number => {
    let sum = 0
    for (let i = 0; i < length; i++) sum += Number(digits[i]) * (length + 1 - i)
    return ((sum * 10) % 11) % 10
  }
  return check(9) === Number(digits[9]) && check(10) === Number(digits[10])
}
