import Engine
import Foundation
import NetworkGraph
import Testing

@testable import Formats

/// Networks of torchvision and timm, as PyTorch's exporter writes them, against PyTorch.
@Suite struct ExporterAgreementTests {
  private static let names = [
    "resnet18", "resnet50", "googlenet", "inception_v3", "mobilenet_v2", "densenet121", "resnetv2_50",
    "legacy_xception", "mobilenet_v3_small", "tf_efficientnet_lite0", "nf_resnet26", "efficientvit_b0",
    "tresnet_m", "mobilevit_xxs", "levit_128s", "efficientnet_cc_b0_4e", "efficientvit_m0", "edgenext_xx_small",
    "deit_tiny_patch16_224", "convnext_tiny.newer", "inception_v3.newer",
  ]

  /// Writes every network with weights at random and with plausible statistics, one input, and PyTorch's answer.
  private static let script = """
    import sys, types
    # Operators of torchvision that want a build for GPUs, and that no classifier has.
    sys.modules["torchvision._meta_registrations"] = types.ModuleType("none")
    import numpy, timm, torch, torchvision

    for file in sys.argv[2:]:
        # The newer exporter writes modules beside the nodes.
        name = file.removesuffix(".newer")
        is_newer = file != name
        torch.manual_seed(0)
        options = dict(aux_logits=False, init_weights=False) if name in ("googlenet", "inception_v3") else {}
        build = getattr(torchvision.models, name, None)
        model = (build(**options) if build else timm.create_model(name, exportable=True)).eval()
        for module in model.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.running_mean.normal_(0, 0.1)
                module.running_var.uniform_(0.5, 1.5)
                module.weight.data.uniform_(0.5, 1)
                module.bias.data.normal_(0, 0.1)
        side = 299 if "ception" in name else 256 if "mobilevit" in name else 224
        x = torch.randn(1, 3, side, side)
        path = f"{sys.argv[1]}/{file}"
        with torch.no_grad():
            numpy.save(path + ".out.npy", model(x).numpy())
            options = dict(external_data=False, verbose=False) if is_newer else dict(opset_version=17)
            torch.onnx.export(model, (x,), path + ".onnx", dynamo=is_newer, **options)
        numpy.save(path + ".in.npy", x.numpy())
    """

  @Test func publishedNetworks() throws {
    guard let packages = PythonPackages(["torch==2.13.0+cpu", "torchvision==0.28.0", "timm", "onnx", "onnxscript"])
    else { return }
    try packages.run(Self.script, [packages.path] + Self.names)
    for name in Self.names {
      let path = "\(packages.path)/\(name)"
      let model = try ONNXModel(path + ".onnx")
      let network = try Network(name: name, input: model.input, building: try model.network(input: model.input))
      #expect(network.firstUnsupported == nil, "\(name)")
      if name == "inception_v3.newer" {
        #expect(
          network.block(at: "Mixed_5b.branch5x5_1") != nil && network.layer(at: "Mixed_5b.branch5x5_1.conv") != nil)
      }
      let weights = try model.mappedWeights(input: model.input)
      let expected = try NpyArray(path + ".out.npy").floats
      for (exact, tolerance) in [(true, 1e-4), (false, 1e-3)] as [(Bool, Float)] {
        let executor = try Executor(Plan(network, PlanOptions(threads: 2, exact: exact)), weights: weights)
        try NpyArray(path + ".in.npy").read(into: executor.input)
        executor.pass()
        let agreement = OutputAgreement(Array(executor.output), expected)
        agreement.expect(tolerance)
        print(agreement.row(name, operations: network.layers.count, exact: exact))
      }
      try expectRoundTrip(of: network, weights: weights, to: path + ".again.onnx")
    }
  }

  /// What is written of it is read again as the same tree.
  private func expectRoundTrip(of network: Network, weights: ImportedWeights, to path: String) throws {
    try ONNXFile.write(network, weights: weights, producer: "test", to: path)
    let model = try ONNXModel(path)
    let again = try Network(name: network.name, input: model.input, building: model.network(input: model.input))
    #expect(again.blockLines.difference(from: network.blockLines).isEmpty, "\(network.name)")
    #expect(again.layerLines.difference(from: network.layerLines).isEmpty, "\(network.name)")
    #expect(again.cost == network.cost, "\(network.name)")
  }
}
