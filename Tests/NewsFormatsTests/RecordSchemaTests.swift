import Foundation
import NewsFormats
import NewsModel
import TestSupport
import Testing

/// The shipped schema, with Python's jsonschema as the judge.
@Suite struct RecordSchemaTests {
    private static let schema = SharedFiles.packageRoot.appending(path: "config/quoted.analysis.schema.json")

    /// The faults that jsonschema finds in each of the lines; nil when it is not installed.
    private func faults(of lines: [[UInt8]], test: String = #function) throws -> [String]? {
        let folder = FileManager.default.temporaryDirectory.appending(path: "quoted-schema-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appending(path: "records.jsonl")
        try Data(lines.joined(separator: [0x0A])).write(to: input)
        let script = """
            import json, sys
            try:
                from jsonschema import Draft202012Validator
            except ImportError:
                sys.exit(42)
            schema = json.load(open(sys.argv[1]))
            Draft202012Validator.check_schema(schema)
            validator = Draft202012Validator(schema)
            for line in open(sys.argv[2], encoding="utf-8", newline="\\n"):
                faults = [f"{e.json_path}: {e.message}" for e in validator.iter_errors(json.loads(line))]
                print(json.dumps("; ".join(faults)[:300]))
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, Self.schema.path, input.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if process.terminationStatus == 42 || process.terminationStatus == 127 {
            print("SKIPPED \(test): no python3 with jsonschema (pip install jsonschema)")
            return nil
        }
        try #require(process.terminationStatus == 0)
        return try data.split(separator: 0x0A).map { try JSONDecoder().decode(String.self, from: $0) }
    }

    @Test func everyRecordIsValid() throws {
        var generator = SeededGenerator.announced()
        var records = (0..<200).map { _ in RecordFixtures.random(&generator) }
        records.append(RecordFixtures.small())
        records.append(RecordComposer.begin(Article(id: "gone", body: "x", status: .canceled)))
        guard let faults = try faults(of: records.map(RecordEncoder.encode)) else { return }
        #expect(faults.count == records.count)
        #expect(faults.filter { !$0.isEmpty } == [])
    }

    @Test func whatIsWrongIsFound() throws {
        let good = String(decoding: RecordEncoder.encode(RecordFixtures.small()), as: UTF8.self)
        let wrong = [
            ("\"version\":2", "\"version\":0"), ("\"PERSON\"", "\"PERS\""), ("\"start\":12", "\"start\":-12"),
            ("\"speaker\":null", "\"speaker\":\"Unknown\""), ("\"discarded\"", "\"discard\""), ("\"kind\":\"direct\"", "\"kind\":\"said\""),
            ("\"status\":\"usable\"", "\"status\":\"canceled\""), ("\"confidence\":0.5", "\"confidence\":1.5"),
            ("\"form\":\"name\"", "\"form\":\"name\",\"extra\":1"),
        ].map { good.replacingOccurrences(of: $0.0, with: $0.1) }
        #expect(!wrong.contains(good))
        guard let faults = try faults(of: wrong.map { Array($0.utf8) }) else { return }
        #expect(faults.count == wrong.count)
        #expect(faults.allSatisfy { !$0.isEmpty })
    }
}
