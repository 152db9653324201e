/// Lets an event happen: changes the state, and says what the world is to do.
public func update(_ state: inout State, _ event: Event) -> [Effect] {
  switch event {
  case .input(.resize(let size)): state.size = size
  case .machine(let machine): state.machine = machine
  default: break
  }
  return []
}
