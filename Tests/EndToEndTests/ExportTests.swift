import Foundation
import Testing

/// What the program writes for other tools, read by Python's own readers.
@Suite("Exports, read by an independent reader", .enabled(if: Python.isExpected, "python3 is missing"))
struct ExportTests {
  private static let bench = ["bench", "residual", "--passes", "5", "--threads", "1"]

  /// A command, and a script that reads its output and prints what must be found in it.
  struct Case: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let script: String
    let expected: String
    var testDescription: String { arguments.joined(separator: " ") }
  }

  private static let readCSV = "import csv,sys; rows=list(csv.DictReader(sys.stdin)); "
  private static let readJSON = "import json,sys; data=json.load(sys.stdin); "

  static let cases = [
    Case(
      arguments: ["show", "resnet50", "--format", "csv", "--count", "fvcore"],
      script: readCSV
        + """
        t = lambda key: sum(int(r[key]) for r in rows)
        print(t('params'), t('macs'), t('convolution') + t('linear'), t('normalisation'), t('weighted_output_elements'))
        print(all(None not in r and None not in r.values() for r in rows), {r['convention'] for r in rows})
        """,
      expected: "25557032 4111512576 4089184256 11113984 11114984\nTrue {'fvcore'}\n"),
    Case(
      arguments: ["show", "resnet50", "--format", "csv", "--depth", "1", "--flops"],
      script: readCSV + "print(sum(int(r['flops']) for r in rows), [r['path'] for r in rows][5])",
      expected: "8178368512 layer1\n"),
    Case(
      arguments: ["show", "bottleneck", "--plan", "--passes", "3", "--threads", "1", "--format", "json"],
      script: readJSON
        + """
        chosen = [s for s in data['steps'] if 'cut' in s]
        print(all(s['predicted_ms'] > 0 for s in data['steps']))
        print([s['path'] for s in chosen], data['threads'], all(s['median_ms'] > 0 for s in data['steps']))
        print(all(s['predicted_ms'] <= o['predicted_ms'] for s in chosen for o in s['lost']))
        print([o['algorithm'].split()[0] for o in chosen[1]['lost']])
        """,
      expected: "True\n['conv1', 'conv2', 'conv3'] 1 True\nTrue\n['winograd', 'winograd', 'direct']\n"),
    Case(
      arguments: ["layers", "--passes", "1", "--threads", "1", "--format", "json"],
      script: readJSON
        + """
        layers = data['layers']
        print(len({l['class'] for l in layers}), all(0 < l['low'] <= l['share'] <= l['high'] for l in layers))
        print({l['limit'] for l in layers if l['class'] == 'linear'}, layers[0]['layer'], layers[0]['target'])
        print({l['limit'] for l in layers if l['class'] == 'addition'})
        """,
      expected: "13 True\n{'bandwidth'} resnet50#conv1 0.8\n{'plain18#layer1'}\n"),
    Case(
      arguments: ["show", "bottleneck", "--plan", "--passes", "3", "--exact", "--format", "csv"],
      script: readCSV + "print({r['algorithm'].split()[0] for r in rows if r['cut']}, rows[1]['lost'] == '')",
      expected: "{'direct'} True\n"),
    Case(
      arguments: ["show", "resnet50", "--format", "json"],
      script: readJSON
        + """
        leaves = lambda n: sum(map(leaves, n['children']), []) if n['children'] else [n]
        sums = {k: sum(l['counters'][k] for l in leaves(data['tree'])) for k in data['counters']}
        print(sums == data['counters'], data['tree']['memory']['weights_bytes'], 'flops' in data)
        """, expected: "True 102228128 False\n"),
    Case(
      arguments: ["list", "--format", "csv"],
      script: readCSV + "print([(r['params'], r['macs']) for r in rows if r['name'] == 'resnet18'])",
      expected: "[('11689512', '1814073344')]\n"),
    Case(
      arguments: ["list", "--format", "timm", "--family", "resnet", "--max-params", "12M"],
      script: readCSV + "print([list(r.values()) for r in rows if r['model'] == 'resnet18'])",
      // https://github.com/huggingface/pytorch-image-models/tree/main/results: 1.82 G, 2.48 M activations, 11.69 M.
      expected: "[['resnet18', '224', '', '', '', '11.69', '1.82', '2.48']]\n"),
    Case(
      arguments: ["show", "resnet50", "--format", "timm"], script: readCSV + "print(list(rows[0].values()))",
      expected: "['resnet50', '224', '', '', '', '25.56', '4.11', '11.11']\n"),
    Case(
      arguments: ["show", "resnet18", "--format", "model-explorer"],
      script: readJSON + "print(data['results']['layer1.0.conv1']['value'], data['gradient'][0]['stop'])",
      expected: "115605504 0\n"),
    Case(
      arguments: ["compare", "resnet18", "plain18", "--format", "csv"],
      script: readCSV
        + "print(sum(int(r['params_difference']) for r in rows), sum(int(r['params_a'] or 0) for r in rows))",
      expected: "-173824 11689512\n"),
    Case(
      arguments: ["compare", "resnet18", "resnet50", "--format", "timm"],
      script: readCSV + "print([r['infer_gmacs'] for r in rows])", expected: "['1.82', '4.11']\n"),
    Case(
      arguments: bench + ["--format", "csv"],
      script: readCSV
        + "print(len({r['path'] for r in rows}) == len(rows), any(float(r['median_ms'] or 0) > 0 for r in rows))",
      expected: "True True\n"),
    Case(
      arguments: bench + ["--format", "timm"],
      script: readCSV + "print(rows[0]['model'], float(rows[0]['infer_samples_per_sec']) > 0)",
      expected: "residual True\n"),
    Case(
      arguments: bench + ["--format", "trace"],
      script: readJSON
        + """
        e = data['traceEvents']
        print(all(abs(a['ts'] + a['dur'] - b['ts']) < 1e-6 for a, b in zip(e, e[1:])), {x['ph'] for x in e})
        print(any(x['args']['op_name'] == 'Conv2d' and int(x['args']['parameter_size']) > 0 for x in e))
        """, expected: "True {'X'}\nTrue\n"),
    Case(
      arguments: bench + ["--format", "model-explorer"],
      script: readJSON + "print(sum(v['value'] for v in data['results'].values()) > 0)", expected: "True\n"),
    Case(
      arguments: ["list", "--format", "markdown"],
      script: """
        import sys; rows = [l.strip() for l in sys.stdin if l.startswith('|')]
        print(len({l.replace('\\\\|', '').count('|') for l in rows}), set(rows[1]) <= set('|-: '))
        """, expected: "1 True\n"),
    // The totals that torchinfo's own tests hold for resnet50 with a batch of two, halved.
    Case(
      arguments: ["show", "resnet50", "--format", "torchinfo", "--depth", "3"],
      script: """
        import sys; lines = sys.stdin.read().splitlines()
        print([l.split(': ')[1] for l in lines if l.startswith(('Total params', 'Total mult', 'Input', 'Forward', 'Params', 'Est'))])
        print([l for l in lines if 'Bottleneck: 2-3' in l][0][:30], len({len(l) for l in lines if l.startswith('=')}))
        """,
      expected: "['25,557,032', '4.09', '0.60', '177.83', '102.23', '280.66']\n│    └─Bottleneck: 2-3         1\n"),
  ]

  @Test("is what it says", arguments: cases)
  func export(_ item: Case) throws {
    let result = try Program.run(item.arguments)
    #expect(result.status == 0, "\(result.errors)")
    let read = try Python.run(item.script, reading: result.output)
    #expect(read.output == item.expected)
    #expect(read.status == 0)
  }
}
