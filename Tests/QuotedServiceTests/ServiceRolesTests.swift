import Pipeline
import QuotedService
import Stages
import Testing

struct ServiceRolesTests {
    @Test func noNamesMeanAllStages() throws {
        let roles = try ServiceRoles(configured: [], of: .standard)
        #expect(roles.stages == [.ingest, .sentences, .entities, .attribution, .sink])
        #expect(roles.takesArticles && roles.writesRecords)
    }

    @Test func namesChoose() throws {
        let roles = try ServiceRoles(configured: ["entities"], of: .standard)
        #expect(!roles.takesArticles && !roles.writesRecords && roles.contains(.entities))
    }

    @Test func anUnknownNameIsAFault() {
        #expect(throws: ServiceError.self) { try ServiceRoles(configured: ["entitis"], of: .standard) }
    }
}
