import NetworkGraph
import Testing

struct ShapeInferenceTests {
  private func output(_ input: Shape, _ body: (Value) throws(NetworkError) -> Value) throws(NetworkError) -> Shape {
    let builder = try NetworkBuilder(name: "test", input: input)
    return try builder.finish(try body(builder.input)).outputShape
  }

  private func map(_ channels: Int, _ height: Int, _ width: Int) -> Shape {
    .map(channels: channels, height: height, width: width)
  }

  /// Counts the places where a window of the dilated kernel fits.
  private func places(_ length: Int, kernel: Int, stride: Int, padding: Int, dilation: Int) -> Int {
    var count = 0
    var start = -padding
    while start + (kernel - 1) * dilation < length + padding {
      count += 1
      start += stride
    }
    return count
  }

  @Test func convolutionsGiveAValueForEveryPlaceOfTheirWindow() throws {
    for length in 1...12 {
      for kernel in 1...5 {
        for (stride, padding, dilation) in [(1, 0, 1), (2, 0, 1), (3, 1, 1), (1, 2, 2), (2, 3, 2)] {
          let expected = places(length, kernel: kernel, stride: stride, padding: padding, dilation: dilation)
          let shape = try? output(map(2, length, 30)) { x throws(NetworkError) in
            try x.conv(
              "c", 4, kernel: .by(kernel, 1), stride: .by(stride, 1), padding: .by(padding, 0),
              dilation: .by(dilation, 1))
          }
          #expect(shape == (expected > 0 ? map(4, expected, 30) : nil))
        }
      }
    }
  }

  /// With ceil mode a window may reach over the end, but must start inside the input or its left padding.
  @Test func poolsInCeilModeGiveAValueForEveryWindowThatStartsInside() throws {
    for length in 1...12 {
      for (kernel, stride, padding) in [(2, 2, 0), (3, 2, 0), (3, 2, 1), (3, 3, 1), (2, 1, 1), (3, 1, 1), (2, 3, 0)] {
        func pooled(_ ceilMode: Bool) -> Int? {
          try? output(map(1, length, 9)) { x throws(NetworkError) in
            try x.maxPool(
              kernel: .by(kernel, 1), stride: .by(stride, 1), padding: .by(padding, 0), ceilMode: ceilMode)
          }.height
        }
        let whole = places(length, kernel: kernel, stride: stride, padding: padding, dilation: 1)
        #expect(pooled(false) == (whole > 0 ? whole : nil))
        // Windows that miss less than a stride at the end count too.
        var ceil = 0
        var start = -padding
        while start + kernel <= length + padding + stride - 1, start < length {
          ceil += 1
          start += stride
        }
        #expect(pooled(true) == (ceil > 0 ? ceil : nil), "\(length) \(kernel) \(stride) \(padding)")
      }
    }
  }

  @Test func unevenKernelsKeepTheSize() throws {
    for kernel in [Extent.by(1, 7), .by(7, 1), .by(3, 5)] {
      let shape = try output(map(8, 17, 17)) { x throws(NetworkError) in try x.conv("c", 8, kernel: kernel) }
      #expect(shape == map(8, 17, 17))
    }
    let dilated = try output(map(8, 17, 17)) { x throws(NetworkError) in
      try x.conv("c", 8, kernel: 3, dilation: 4)
    }
    #expect(dilated == map(8, 17, 17))
  }

  @Test func concatenationAddsChannels() throws {
    let shape = try output(map(3, 8, 8)) { x throws(NetworkError) in
      try .concat([x, x.conv("c", 5, kernel: 1), x.maxPool(kernel: 3, stride: 1, padding: 1)])
    }
    #expect(shape == map(11, 8, 8))
  }

  @Test func errorsNameTheLayerAndTheShapes() {
    func message(_ input: Shape, _ body: (Value) throws(NetworkError) -> Value) -> String {
      do throws(NetworkError) { return try output(input, body).description } catch { return error.description }
    }
    #expect(
      message(map(3, 4, 4)) { x throws(NetworkError) in try x.conv("conv", 8, kernel: 7, padding: 0) }
        == "conv: a Conv2d window of 7×7 does not fit into its input 3×4×4")
    #expect(
      message(map(3, 4, 4)) { x throws(NetworkError) in try x + x.conv("conv", 8, kernel: 3) }
        == "add: Add needs inputs of one size, got 3×4×4 and 8×4×4")
    #expect(
      message(map(3, 4, 4)) { x throws(NetworkError) in try .concat([x, x.conv("conv", 8, kernel: 3, stride: 2)]) }
        == "cat: Concat needs inputs of one size, got 3×4×4 and 8×2×2")
    #expect(
      message(map(3, 4, 4)) { x throws(NetworkError) in
        try x.apply(.linear(inputFeatures: 5, outputFeatures: 10, bias: true), name: "fc")
      } == "fc: Linear expects a vector of 5, or so many channels, got 3×4×4")
    #expect(
      message(.vector(10)) { x throws(NetworkError) in try x.conv("conv", 8, kernel: 3) }
        == "conv: Conv2d expects a feature map, got 10")
    #expect(
      message(map(3, 4, 4)) { x throws(NetworkError) in try x.conv("conv", 8, kernel: 3, groups: 2) }
        == "conv: groups is 2, expected a divisor of 3 input and 8 output channels")
    #expect(
      message(map(3, 4, 4)) { x throws(NetworkError) in try x.conv("conv", 8, kernel: 3, stride: 0) }
        == "conv: stride is 0, expected at least 1")
    #expect(
      message(map(3, 4, 4)) { x throws(NetworkError) in try x.conv("conv", 8, kernel: 3, padding: -1) }
        == "conv: padding is -1, expected at least 0")
    #expect(
      message(map(3, 4, 4)) { x throws(NetworkError) in try x.maxPool("pool", kernel: 2, stride: 2, padding: 2) }
        == "pool: padding is 2, expected at most half of the window 2×2")
    #expect(
      message(map(3, 4, 4)) { x throws(NetworkError) in try x.relu("a").relu("a") } == "a: this name is used twice")
  }

  /// No size, however large, negative or zero, traps.
  @Test func impossibleNumbersAreErrors() {
    let values = [0, -1, Int.min, Int.max, 1 << 40, 1 << 62, 1_000_000_000]
    for value in values {
      for (channels, height, width) in [(value, 8, 8), (3, value, 8), (3, value, value)] {
        #expect(throws: NetworkError.self) {
          try output(map(channels, height, width)) { x throws(NetworkError) in
            try x.conv("c", 1 << 20, kernel: 7).conv("d", 1 << 30, kernel: 7)
          }
        }
      }
      #expect(throws: NetworkError.self) {
        try output(map(3, 8, 8)) { x throws(NetworkError) in
          try x.conv("c", value, kernel: 3).flatten().linear("fc", value)
        }
      }
      for extent in [Extent(value), .by(1, value)] where value != 1_000_000_000 || extent.isSquare {
        #expect(throws: NetworkError.self) {
          try output(map(3, 8, 8)) { x throws(NetworkError) in try x.conv("c", 4, kernel: extent, padding: 0) }
        }
        #expect(throws: NetworkError.self) {
          try output(map(3, 8, 8)) { x throws(NetworkError) in try x.maxPool(kernel: extent, stride: 1) }
        }
      }
      #expect(throws: NetworkError.self) {
        try output(map(3, 8, 8)) { x throws(NetworkError) in try x.conv("c", 4, kernel: 3, groups: value) }
      }
      #expect(throws: NetworkError.self) {
        try output(map(3, 8, 8)) { x throws(NetworkError) in
          try x.conv("c", 4, kernel: 3, padding: 0, dilation: Extent(value))
        }
      }
    }
  }
}
