import Engine
import NetworkGraph

/// Which layers of a network run together.
public enum FusedSteps {
  /// The layers of each step that runs more than one, its convolution or other main layer first, as one image on one
  /// thread is planned; none of a network that no memory holds.
  public static func of(_ network: Network) -> [[LayerID]] { (try? Plan(network, PlanOptions()))?.fusedLayers ?? [] }

  /// The convolution or linear layer into whose weights each norm goes that goes into any.
  public static func foldedNorms(of network: Network) -> [LayerID: LayerID] { network.foldedNorms }
}
