internal import CLibXML2
internal import Glibc

/// Reads HTML as found in the wild, and XML, with libxml2. Nothing outside the document is read: no network, no files,
/// no document type; entities that a document declares are not expanded.
package enum MarkupParser {
    /// - Parameters:
    ///   - bytes: without a byte order mark.
    ///   - encoding: the name of the bytes' encoding, as a `charset` has it.
    /// - Throws: `MarkupFault` when a limit is passed or libxml2 gives up.
    package static func html(
        _ bytes: UnsafeBufferPointer<UInt8>, encoding: String = "UTF-8", limits: MarkupLimits = MarkupLimits()
    ) throws(MarkupFault) -> MarkupTree {
        _ = library
        try AttributeCount.check(bytes, limit: limits.attributes)
        guard let context = htmlNewParserCtxt() else { throw MarkupFault(problem: "finds no memory") }
        defer { htmlFreeParserCtxt(context) }
        let builder = TreeBuilder(bytes, limits: limits)
        let options = HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NONET.rawValue | HTML_PARSE_NOERROR.rawValue
            | HTML_PARSE_NOWARNING.rawValue | HTML_PARSE_IGNORE_ENC.rawValue
        builder.run(context, handler: .html) { reader in
            free(htmlCtxtReadIO(context, TreeBuilder.read, nil, reader, nil, encoding, Int32(options)))
        }
        return try builder.finish()
    }

    /// Also of a document that is not well-formed everything that can be made out: see `MarkupTree.fault`.
    /// - Throws: `MarkupFault` when a limit is passed or libxml2 gives up.
    package static func xml(
        _ bytes: UnsafeBufferPointer<UInt8>, limits: MarkupLimits = MarkupLimits()
    ) throws(MarkupFault) -> MarkupTree {
        _ = library
        try AttributeCount.check(bytes, limit: limits.attributes)
        guard let context = xmlNewParserCtxt() else { throw MarkupFault(problem: "finds no memory") }
        defer { xmlFreeParserCtxt(context) }
        let builder = TreeBuilder(bytes, limits: limits)
        let options = XML_PARSE_RECOVER.rawValue | XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue
            | XML_PARSE_NOWARNING.rawValue | XML_PARSE_NOCDATA.rawValue
        builder.run(context, handler: .xml) { reader in
            free(xmlCtxtReadIO(context, TreeBuilder.read, nil, reader, nil, nil, Int32(options)))
        }
        return try builder.finish(isWellFormed: context.pointee.wellFormed == 1)
    }

    /// The document that libxml2 makes by itself where entities are declared and nobody takes them.
    private static func free(_ document: xmlDocPtr?) {
        if let document { xmlFreeDoc(document) }
    }

    /// Prepares libxml2 once for all threads.
    private static let library: Void = xmlInitParser()
}

extension TreeBuilder {
    /// Lets libxml2 read; it calls back through pointers to this builder.
    fileprivate func run(
        _ context: xmlParserCtxtPtr, handler: xmlSAXHandler, _ body: (UnsafeMutableRawPointer) -> Void
    ) {
        context.pointee.sax.pointee = handler
        // What libxml2 says outside of a document's context would go to standard error. Set for this thread.
        xmlSetStructuredErrorFunc(nil) { _, _ in }
        withExtendedLifetime(self) {
            let reference = Unmanaged.passUnretained(self).toOpaque()
            context.pointee.userData = reference
            body(reference)
        }
    }
}
