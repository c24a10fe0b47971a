import Testing
@Test func `arithmetic holds`() { #expect(1 + 1 == 2) }
