internal import CLibXML2

/// The functions that libxml2 calls. Their first argument is the tree builder.
extension xmlSAXHandler {
    static var html: xmlSAXHandler {
        var handler = common
        handler.startElement = { context, name, attributes in
            guard let context, let name else { return }
            TreeBuilder.of(context).start(
                String(cString: name), namespace: nil, attributes: TreeBuilder.attributes(pairs: attributes))
        }
        handler.endElement = { context, _ in
            if let context { TreeBuilder.of(context).end() }
        }
        return handler
    }

    static var xml: xmlSAXHandler {
        var handler = common
        handler.startElementNs = { context, name, _, namespace, _, _, count, _, attributes in
            guard let context, let name else { return }
            TreeBuilder.of(context).start(
                String(cString: name), namespace: namespace,
                attributes: TreeBuilder.attributes(fives: attributes, count: Int(count)))
        }
        handler.endElementNs = { context, _, _, _ in
            if let context { TreeBuilder.of(context).end() }
        }
        handler.getEntity = { context, name in context.flatMap { TreeBuilder.of($0).entity(name) } }
        return handler
    }

    /// Without functions for comments, document types and declarations, which are read over.
    private static var common: xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = 0xDEED_BEAF  // XML_SAX2_MAGIC
        handler.characters = { context, characters, count in
            if let context { TreeBuilder.of(context).append(characters, count) }
        }
        handler.ignorableWhitespace = handler.characters
        handler.cdataBlock = handler.characters
        handler.serror = { context, error in
            if let context { TreeBuilder.of(context).note(error) }
        }
        return handler
    }
}

extension TreeBuilder {
    fileprivate static func of(_ context: UnsafeMutableRawPointer) -> TreeBuilder {
        Unmanaged<TreeBuilder>.fromOpaque(context).takeUnretainedValue()
    }

    /// Names and values in turn, ended by a null; a name alone has no value.
    fileprivate static func attributes(
        pairs: UnsafeMutablePointer<UnsafePointer<UInt8>?>?
    ) -> [(name: String, value: String)] {
        guard let pairs else { return [] }
        var found: [(name: String, value: String)] = []
        var index = 0
        while let name = pairs[index] {
            found.append((String(cString: name), pairs[index + 1].map { String(cString: $0) } ?? ""))
            index += 2
        }
        return found
    }

    /// Local name, prefix, namespace, begin and end of the value.
    fileprivate static func attributes(
        fives: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, count: Int
    ) -> [(name: String, value: String)] {
        guard let fives else { return [] }
        return (0..<count).compactMap { number in
            let five = fives + 5 * number
            guard let name = five[0], let begin = five[3], let end = five[4] else { return nil }
            let value = String(decoding: UnsafeBufferPointer(start: begin, count: end - begin), as: UTF8.self)
            let prefix = five[1].map { String(cString: $0) + ":" } ?? ""
            return (prefix + String(cString: name), value)
        }
    }
}
