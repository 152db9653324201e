/// The version of kernels and planning, counted up with every change of how long a pass takes: what was measured with
/// another one is not to be relied on.
public let engineVersion = 19
