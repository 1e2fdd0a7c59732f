/// A parsed HTML or XML document: its elements and texts in the order of the document.
package struct MarkupTree: Sendable {
    package struct Node: Sendable {
        /// Local name; in lower case for HTML; empty for a text.
        package var name: String
        /// Namespace of an XML element; empty where there is none.
        package var namespace: String = ""
        package var attributes: [(name: String, value: String)] = []
        /// Of a text alone.
        package var text: String = ""
        /// Index of the element around it; the root is its own.
        package var parent: Int
        /// Index after the last node within it.
        package var end: Int

        package var isText: Bool { name.isEmpty }

        /// - Parameter name: without a namespace, or `xml:lang` and the like.
        package func attribute(_ name: String) -> String? { attributes.first { $0.name == name }?.value }
    }

    /// Node 0 is the document itself, named `#document`; a node's contents follow it.
    package internal(set) var nodes: [Node]
    /// The first reason why an XML document is not well-formed; nil if it is, and for HTML.
    package internal(set) var fault: MarkupFault?

    package var document: MarkupElement { MarkupElement(tree: self, index: 0) }

    /// The outermost element.
    package var root: MarkupElement? { document.children.first { _ in true } }

    package subscript(index: Int) -> Node { nodes[index] }

    // One member of a node, without a copy of the others.
    package func parent(of index: Int) -> Int { nodes[index].parent }
    package func end(of index: Int) -> Int { nodes[index].end }
    package func name(of index: Int) -> String { nodes[index].name }
    package func isText(_ index: Int) -> Bool { nodes[index].isText }
    package func hasAttributes(_ index: Int) -> Bool { !nodes[index].attributes.isEmpty }
}

/// An element of a tree.
package struct MarkupElement: Sendable {
    package let tree: MarkupTree
    package let index: Int

    package init(tree: MarkupTree, index: Int) {
        self.tree = tree
        self.index = index
    }

    package var node: MarkupTree.Node { tree[index] }
    package var name: String { tree.name(of: index) }
    package var namespace: String { node.namespace }

    package func attribute(_ name: String) -> String? { node.attribute(name) }

    /// The elements directly within it.
    package var children: some Sequence<MarkupElement> {
        sequence(state: index + 1) { [tree, index] next -> MarkupElement? in
            while next < tree.end(of: index) {
                let found = next
                next = tree.end(of: found)
                if !tree.isText(found) { return MarkupElement(tree: tree, index: found) }
            }
            return nil
        }
    }

    package func children(_ name: String) -> [MarkupElement] { children.filter { $0.name == name } }
    package func child(_ name: String) -> MarkupElement? { children.first { $0.name == name } }

    /// The child at the end of a path of names.
    package func child(path: String...) -> MarkupElement? {
        path.reduce(Optional(self)) { $0?.child($1) }
    }

    /// The elements within it, at any depth, in the order of the document.
    package var descendants: some Sequence<MarkupElement> {
        ((index + 1)..<max(index + 1, tree.end(of: index))).lazy.filter { [tree] in !tree.isText($0) }
            .map { [tree] in MarkupElement(tree: tree, index: $0) }
    }

    package func first(_ name: String) -> MarkupElement? { descendants.first { $0.name == name } }

    /// All text within it, as it stands.
    package var rawText: String {
        var text = ""
        for index in index..<max(index, tree.end(of: index)) where tree.isText(index) { text += tree[index].text }
        return text
    }

    /// All text within it on one line: runs of white space become one space. Nil when there is none.
    package var line: String? {
        let text = rawText.split { $0.isWhitespace }.joined(separator: " ")
        return text.isEmpty ? nil : text
    }
}
