using System.Globalization;
using System.Text;
using Clew.Facts;
using Clew.Identification;
using Clew.Server.Integration.Epcis;

namespace Clew.Tests.Integration;

public sealed class EpcisDocuments(ITestOutputHelper output)
{
    [Theory]
    [InlineData("epcis/gs1-json-2.0")]
    [InlineData("epcis/gs1-json-bare-events")]
    [InlineData("epcis/openepcis-2.0-valid")]
    [InlineData("epcis/openepcis-2.0-bare-events")]
    public void Every_event_of_a_valid_document_becomes_a_fact(string folder)
    {
        int facts = 0, refused = 0, files = 0;
        // Two that their folder calls valid and the ratified schema does not: measurement types that it has not, reports without a type.
        foreach (var file in Json(folder, deep: true).Where(f => Path.GetFileName(f) is not ("SensorData_with_combined_events.json" or "TransactionEvent_with_userExtensions.json")))
        {
            files++;
            foreach (var read in All(File.ReadAllBytes(file)))
            {
                facts += read.Fact is null ? 0 : 1;
                refused += read.Fact is null ? 1 : 0;
                if (read.Fact is null)
                {
                    read.Findings.ShouldContain(f => f.Severity == Severity.Error);
                    output.WriteLine($"{Path.GetFileName(file)}: {string.Join("; ", read.Findings)}");
                }
            }
        }

        output.WriteLine($"{folder}: {files} files, {facts} facts, {refused} refused");
        files.ShouldBeGreaterThan(0);
        refused.ShouldBe(0);
    }

    [Fact]
    public void Nothing_that_is_sent_makes_the_reader_throw()
    {
        var random = new Random(7);
        foreach (var file in Json("epcis", deep: true).Concat(ReferenceData.Files("epcis", "*.xml", deep: true)))
        {
            var bytes = File.ReadAllBytes(file);
            All(bytes);
            for (var round = 0; round < 12; round++)
            {
                var mutated = bytes.ToArray();
                for (var i = 0; i < 1 + random.Next(4); i++)
                {
                    mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
                }

                All(mutated.AsMemory(0, random.Next(2) == 0 ? mutated.Length : random.Next(mutated.Length)));
            }
        }
    }

    [Theory]
    [InlineData("""{"type":"ObjectEvent","action":"OBSERVE","eventTimeZoneOffset":"+08:00","epcList":["urn:epc:id:sgtin:6901234.056789.A1"]}""", "epcis.missing /eventTime")]
    [InlineData("""{"type":"ObjectEvent","eventTime":"2026-03-01T08:00:00","eventTimeZoneOffset":"+08:00","action":"OBSERVE","epcList":["urn:epc:id:sgtin:6901234.056789.A1"]}""", "time.noOffset /eventTime")]
    [InlineData("""{"type":"ObjectEvent","eventTime":"2026-03-01T08:00:00Z","eventTimeZoneOffset":"8 hours","action":"OBSERVE","epcList":["urn:epc:id:sgtin:6901234.056789.A1"]}""", "epcis.wrong /eventTimeZoneOffset")]
    [InlineData("""{"type":"ObjectEvent","eventTime":"2026-03-01T08:00:00Z","eventTimeZoneOffset":"+08:00","epcList":["urn:epc:id:sgtin:6901234.056789.A1"]}""", "epcis.missing /action")]
    [InlineData("""{"type":"ObjectEvent","eventTime":"2026-03-01T08:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","epcList":["urn:epc:id:sgtin:6901234.056789.A1","not an epc"]}""", "identity.unreadable /epcList/1")]
    [InlineData("""{"type":"AssociationEvent","eventTime":"2026-03-01T08:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD","childEPCs":["urn:epc:id:sgtin:6901234.056789.A1"]}""", "epcis.missing /parentID")]
    [InlineData("""{"type":"AggregationEvent","eventTime":"2026-03-01T08:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD","parentID":"urn:epc:id:sgtin:6901234.056789.A1","childEPCs":["urn:epc:id:sgtin:6901234.056789.A1"]}""", "parent.itself /childEPCs/0")]
    public void What_is_wrong_is_told_of_where_the_sender_wrote_it(string json, string expected)
    {
        var read = All(Encoding.UTF8.GetBytes(json)).Single();
        read.Fact.ShouldBeNull();
        read.Findings.Select(f => $"{f.Code} {f.Path}").ShouldContain(expected);
        read.Findings.ShouldAllBe(f => f.What(CultureInfo.GetCultureInfo("zh")).Length > 0 && f.Remedy(CultureInfo.GetCultureInfo("zh")).Length > 0);
    }

    [Fact]
    public void An_event_keeps_its_meaning_and_what_we_have_no_member_for()
    {
        var fact = All("""
            {"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ext":"https://example.org/ext/"}],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T09:00:00Z","epcisBody":{"eventList":[
              {"type":"ObjectEvent","eventID":"urn:uuid:11111111-2222-4333-8444-555555555555","eventTime":"2026-03-01T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE",
               "bizStep":"https://ref.gs1.org/cbv/BizStep-shipping","disposition":"in_transit","epcList":["https://id.gs1.org/00/069012340000000016"],
               "quantityList":[{"epcClass":"urn:epc:class:lgtin:6901234.056000.B17","quantity":12.50,"uom":"KGM"}],
               "readPoint":{"id":"urn:epc:id:sgln:6901234.00001.0"},"bizTransactionList":[{"type":"desadv","bizTransaction":"urn:epc:id:gdti:6901234.00001.77"}],
               "destinationList":[{"type":"possessing_party","destination":"urn:epc:id:pgln:6901234.00002"},{"type":"location","destination":"https://id.gs1.org/414/6901234000023"}],
               "sensorElementList":[{"sensorReport":[{"type":"Temperature","value":26.0,"uom":"CEL"}]}],"ext:driver":"Zhao"}]}}
            """u8.ToArray()).Single();
        fact.Findings.ShouldBeEmpty();
        var said = fact.Fact!;
        said.Kind.ShouldBe(Vocabulary.Shipped);
        said.Id.ShouldBe("urn:uuid:11111111-2222-4333-8444-555555555555");
        said.Happened.ToString().ShouldBe("2026-03-01T08:00:00+08:00");
        said.Items.Select(i => $"{i.Item} {i.Quantity} {i.Unit}").ShouldBe(["gs1:00/069012340000000016  ", "gs1:01/06901234560008/10/B17 12.50 KGM"]);
        said.Place!.Value.Text.ShouldBe("gs1:414/6901234000016");
        (said.To!.Party!.Value.Text, said.To.Place!.Value.Text).ShouldBe(("gs1:417/6901234000023", "gs1:414/6901234000023"));
        said.References.Single().Type.ShouldBe("desadv");
        var details = Encoding.UTF8.GetString(said.Details.Span);
        details.ShouldContain("\"ext:driver\":\"Zhao\"");
        details.ShouldContain("\"value\":\"26.0\"");
        details.ShouldContain("https://example.org/ext/");
    }

    [Fact]
    public void An_error_declaration_is_a_correction()
    {
        var fact = All("""
            {"type":"ObjectEvent","eventID":"urn:uuid:1","eventTime":"2026-03-01T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","epcList":["urn:epc:id:sgtin:6901234.056789.A1"],
             "errorDeclaration":{"declarationTime":"2026-03-02T00:00:00Z","reason":"urn:epcglobal:cbv:er:incorrect_data","correctiveEventIDs":["urn:uuid:2"]}}
            """u8.ToArray()).Single().Fact!;
        fact.Kind.ShouldBe(Vocabulary.Corrected);
        fact.Corrects!.Id.ShouldBe("urn:uuid:1");
        fact.Corrects.ReplacedBy.ShouldBe(["urn:uuid:2"]);
    }

    private static IEnumerable<string> Json(string folder, bool deep = false) =>
        ReferenceData.Files(folder, "*", deep).Where(f => f.EndsWith(".jsonld", StringComparison.Ordinal) || f.EndsWith(".json", StringComparison.Ordinal))
            .Where(f => !f.Contains("/schemas", StringComparison.Ordinal) && !Path.GetFileName(f).StartsWith("schemas__", StringComparison.Ordinal) && !Path.GetFileName(f).StartsWith("derived", StringComparison.Ordinal));

    private static List<ReadFact> All(ReadOnlyMemory<byte> document)
    {
        var reader = new EpcisFacts(document);
        var all = new List<ReadFact>();
        while (reader.TryNext(out var next))
        {
            all.Add(next);
        }

        return all;
    }
}
