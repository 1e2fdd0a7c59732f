extension TokenizedText {
    /// What the lists of names and places know of some tokens, taken together.
    func gazetteer(_ range: Range<Int>) -> Gazetteer.Flags {
        text.utf8.withUnsafeBufferPointer { bytes in
            var key: [UInt8] = []
            var hash = FoldedKey.offsetBasis
            for index in range {
                let token = tokens[index]
                if token.end - token.start > 48 { return [] }
                if !key.isEmpty {
                    key.append(0x20)
                    FoldedKey.add(0x20, to: &hash)
                }
                FoldedKey.forEach(bytes, token.range) { byte in
                    key.append(byte)
                    FoldedKey.add(byte, to: &hash)
                }
            }
            return Gazetteer.shared[folded: key, hash]
        }
    }
}
