import Canvas
import Glibc

/// The encoding of text in the environment.
public enum CharacterLocale {
  /// Takes the encoding that the environment names; to be called once, before anything is written.
  ///
  /// Only LC_CTYPE is set: numbers are written the same everywhere. A UTF-8 locale that this machine lacks, as often
  /// after ssh, becomes the one that it has.
  public static func adopt() {
    guard setlocale(LC_CTYPE, "") == nil else { return }
    let name = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(Environment.variable).first { !$0.isEmpty } ?? ""
    let encoding = name.split(separator: ".").dropFirst().first?.prefix { $0 != "@" }.lowercased()
    if encoding == "utf-8" || encoding == "utf8" { setlocale(LC_CTYPE, "C.UTF-8") }
  }

  /// The characters that the encoding can say.
  public static var glyphs: GlyphSet {
    String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8" ? .unicode : .ascii
  }
}
