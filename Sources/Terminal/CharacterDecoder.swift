import CNcurses

/// Makes characters of bytes in the encoding of the locale, however they are spread over reads.
struct CharacterDecoder {
  private var state = mbstate_t()
  private var isWithinCharacter = false

  /// The character that ends with this byte; nil while it is incomplete, and for bytes that mean nothing.
  mutating func character(endingWith byte: UInt8) -> Unicode.Scalar? {
    var unit = CChar(bitPattern: byte)
    var value: wchar_t = 0
    switch mbrtowc(&value, &unit, 1, &state) {
    case -1:
      let wasWithinCharacter = isWithinCharacter
      self = CharacterDecoder()
      return wasWithinCharacter ? character(endingWith: byte) : nil
    case -2:
      isWithinCharacter = true
      return nil
    default:
      isWithinCharacter = false
      return Unicode.Scalar(UInt32(bitPattern: value))
    }
  }
}
