import Testing

@testable import Formats

/// Windows over what is no single image: several images, volumes, weights that are computed.
@Suite struct ArrayWindowTests {
  /// A number for every place of an array.
  private static func values(_ count: Int, seed: Int = 0) -> [Float] {
    (0..<count).map { Float(($0 * 37 + seed * 11) % 23) - 11 }
  }

  /// The weights and the bias are inputs of the graph.
  @Test(arguments: [(1, 1), (1, 2), (3, 1), (3, 2)] as [(Int64, Int64)])
  func convolutionsWithComputedWeights(_ images: Int64, _ groups: Int64) throws {
    var graph = TestGraph(inputs: [("x", [images, 4, 5, 6]), ("w", [6, 4 / groups, 3, 2]), ("b", [6])])
    graph.add(
      "Conv", ["x", "w", "b"], ["y"], .integer("group", groups), .integers("strides", [2, 1]),
      .integers("pads", [1, 0, 0, 2]))
    let (n, g, ci) = (Int(images), Int(groups), 4 / Int(groups))
    let (x, w, b) = (Self.values(n * 120), Self.values(6 * ci * 6, seed: 1), Self.values(6, seed: 2))
    let (values, axes) = try graph.answer(to: [x, w, b])
    #expect(axes == [n, 6, 2, 7])
    var expected: [Float] = []
    for image in 0..<n {
      for o in 0..<6 {
        for row in 0..<2 {
          for column in 0..<7 {
            var sum = b[o]
            for i in 0..<ci {
              for ky in 0..<3 {
                for kx in 0..<2 {
                  let (y, p) = (row * 2 + ky - 1, column + kx)
                  guard (0..<5).contains(y), (0..<6).contains(p) else { continue }
                  let channel = o / (6 / g) * ci + i
                  sum += x[((image * 4 + channel) * 5 + y) * 6 + p] * w[((o * ci + i) * 3 + ky) * 2 + kx]
                }
              }
            }
            expected.append(sum)
          }
        }
      }
    }
    #expect(values == expected)
  }

  /// Windows of a volume, of which some reach beyond it.
  @Test(arguments: ["MaxPool", "AveragePool"], [false, true])
  func volumesArePooled(_ type: String, _ roundsUp: Bool) throws {
    var graph = TestGraph(inputs: [("x", [2, 1, 5, 4, 6])])
    graph.add(
      type, ["x"], ["y"], .integers("kernel_shape", [3, 2, 3]), .integers("strides", [2, 1, 2]),
      .integers("pads", [1, 0, 1, 1, 1, 0]), .integer("ceil_mode", roundsUp ? 1 : 0))
    let x = Self.values(240)
    let (values, axes) = try graph.answer(to: [x])
    #expect(axes == [2, 1, 3, 4, 3])
    var expected: [Float] = []
    for image in 0..<2 {
      for z in 0..<3 {
        for y in 0..<4 {
          for p in 0..<3 {
            var window: [Float] = []
            for kz in 0..<3 {
              for ky in 0..<2 {
                for kx in 0..<3 {
                  let place = (z * 2 + kz - 1, y + ky, p * 2 + kx - 1)
                  guard (0..<5).contains(place.0), (0..<4).contains(place.1), (0..<6).contains(place.2) else {
                    continue
                  }
                  window.append(x[((image * 5 + place.0) * 4 + place.1) * 6 + place.2])
                }
              }
            }
            expected.append(
              type == "MaxPool" ? window.max() ?? 0 : window.reduce(0, +) / Float(window.count))
          }
        }
      }
    }
    #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-5 } && values.count == expected.count)
  }

  /// Local response normalisation as PyTorch writes it: a mean over a volume's channels.
  @Test func responseNormOfVolumes() throws {
    var graph = TestGraph(inputs: [("x", [1, 6, 3, 4])])
    graph.add("Mul", ["x", "x"], ["squares"])
    graph.constant("volume", [1, 1, 6, 3, 4])
    graph.add("Reshape", ["squares", "volume"], ["cube"])
    graph.constant("margins", [0, 0, 2, 0, 0, 0, 0, 2, 0, 0])
    graph.add("Pad", ["cube", "margins"], ["padded"])
    graph.add(
      "AveragePool", ["padded"], ["means"], .integers("kernel_shape", [5, 1, 1]), .integers("strides", [1, 1, 1]))
    graph.constant("image", [1, 6, 3, 4])
    graph.add("Reshape", ["means", "image"], ["flat"])
    for (name, value) in [("alpha", 0.5), ("k", 2), ("beta", 0.75)] as [(String, Float)] {
      graph.add("Constant", [], [name], .numbers("value_floats", [value]))
    }
    graph.add("Mul", ["flat", "alpha"], ["scaled"])
    graph.add("Add", ["scaled", "k"], ["sums"])
    graph.add("Pow", ["sums", "beta"], ["divisors"])
    graph.add("Div", ["x", "divisors"], ["y"])
    var norm = TestGraph(inputs: [("x", [1, 6, 3, 4])])
    norm.add(
      "LRN", ["x"], ["y"], .integer("size", 5), .number("alpha", 0.5), .number("beta", 0.75), .number("bias", 2))
    let x = Self.values(72)
    let (values, expected) = (try graph.answer(to: [x]).values, try norm.answer(to: [x]).values)
    #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-5 } && values.count == 72)
  }

  @Test func severalImagesAreNormalisedAndPooled() throws {
    var graph = TestGraph(inputs: [("x", [2, 3, 2, 2]), ("scale", [3]), ("shift", [3])])
    graph.add("InstanceNormalization", ["x", "scale", "shift"], ["norm"], .number("epsilon", 0))
    graph.add("GlobalMaxPool", ["norm"], ["y"])
    let images = (0..<24).map { Float($0 / 4 + $0 % 2 * 2) }
    let (values, axes) = try graph.answer(to: [images, [1, 2, 3], [0, 10, 20]])
    #expect(axes == [2, 3, 1, 1])
    #expect(zip(values, [1, 12, 23, 1, 12, 23] as [Float]).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  /// Of a scale that no number is exactly, as runtimes work it out.
  @Test func sizesAreThoseOfSinglePrecision() throws {
    var graph = TestGraph(inputs: [("x", [1, 1, 1, 6])])
    graph.add("Constant", [], ["scales"], .numbers("value_floats", [1, 1, 1, 7 / 6]))
    graph.add("Resize", ["x", "", "scales"], ["y"], .text("mode", "linear"))
    #expect(try graph.answer(to: [(0..<6).map(Float.init)]).values.count == 7)
  }

  /// Channels, and images, between others.
  @Test func channelsAndImagesAreResized() throws {
    var graph = TestGraph(inputs: [("x", [2, 2, 1, 3])])
    graph.constant("sizes", [4, 3, 1, 3])
    graph.add(
      "Resize", ["x", "", "", "sizes"], ["y"], .text("mode", "linear"),
      .text("coordinate_transformation_mode", "align_corners"))
    let (values, axes) = try graph.answer(to: [(0..<12).map { Float($0) }])
    #expect(axes == [4, 3, 1, 3])
    let expected = (0..<36).map { (i: Int) -> Float in
      let (image, channel) = (i / 9, i / 3 % 3)
      return Float(image) * 2 + Float(channel) * 1.5 + Float(i % 3)
    }
    #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-5 } && values.count == expected.count)
  }

  /// Where windows do not reach so far, a transposed convolution is smaller than its stride would have it.
  @Test func transposedWindowsThatLeaveGaps() throws {
    var graph = TestGraph(inputs: [("x", [1, 1, 2, 2])])
    graph.add("Constant", [], ["two"], .numbers("value_floats", [2]))
    graph.constant("kernel", [1, 1, 1, 1])
    graph.add("Reshape", ["two", "kernel"], ["w"])
    graph.add("ConvTranspose", ["x", "w"], ["y"], .integers("strides", [3, 2]), .text("auto_pad", "SAME_UPPER"))
    let (values, _) = try graph.answer(to: [[1, 2, 3, 4]])
    #expect(values == [2, 0, 4, 0, 0, 0, 0, 0, 0, 6, 0, 8])
  }
}
