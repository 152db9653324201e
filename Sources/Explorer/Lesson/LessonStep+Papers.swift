/// The papers that the lesson's steps name.
extension LessonStep.Paper {
  static func convolutionArithmetic(_ section: String) -> Self {
    Self(
      authors: "Dumoulin and Visin", title: "A Guide to Convolution Arithmetic for Deep Learning", year: 2016,
      section: section)
  }

  static func networkInNetwork(_ section: String) -> Self {
    Self(authors: "Lin et al.", title: "Network in Network", year: 2013, section: section)
  }

  static func inception(_ section: String) -> Self {
    Self(authors: "Szegedy et al.", title: "Going Deeper with Convolutions", year: 2014, section: section)
  }

  static func batchNorm(_ section: String) -> Self {
    Self(
      authors: "Ioffe and Szegedy",
      title: "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift",
      year: 2015, section: section)
  }

  static func residualLearning(_ section: String) -> Self {
    Self(authors: "He et al.", title: "Deep Residual Learning for Image Recognition", year: 2015, section: section)
  }

  static func identityMappings(_ section: String) -> Self {
    Self(authors: "He et al.", title: "Identity Mappings in Deep Residual Networks", year: 2016, section: section)
  }

  static func denseNetworks(_ section: String) -> Self {
    Self(authors: "Huang et al.", title: "Densely Connected Convolutional Networks", year: 2016, section: section)
  }

  static func xception(_ section: String) -> Self {
    Self(
      authors: "Chollet", title: "Xception: Deep Learning with Depthwise Separable Convolutions", year: 2016,
      section: section)
  }

  static func roofline(_ section: String) -> Self {
    Self(
      authors: "Williams et al.", title: "Roofline: An Insightful Visual Performance Model for Multicore Architectures",
      year: 2009, section: section)
  }

  static func shuffleNet(_ section: String) -> Self {
    Self(
      authors: "Ma et al.", title: "ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design",
      year: 2018, section: section)
  }

  static func mobileNets(_ section: String) -> Self {
    Self(
      authors: "Howard et al.",
      title: "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications", year: 2017,
      section: section)
  }
}
