using System.Globalization;
using System.Text;
using Clew.Facts;

namespace Clew.Tests.Integration.Epcis;

/// <summary>Whatever the bytes are, the reader answers with facts that can be kept and findings that explain.</summary>
public sealed class NeverThrows
{
    private const int Seed = 20261125;

    private static readonly string[] Folders = ["gs1-json-2.0", "gs1-json-bare-events", "openepcis-2.0-valid/json", "openepcis-2.0-bare-events/json", "openepcis-2.0-invalid/json", "openepcis-2.0-query/json"];

    [Fact]
    public void Documents_cut_off_anywhere()
    {
        foreach (var file in Documents.Of("openepcis-2.0-bare-events/json").Concat(Documents.Of("openepcis-2.0-valid/json").Where(f => f.EndsWith("/ObjectEvent.json", StringComparison.Ordinal))))
        {
            var document = Encoding.UTF8.GetBytes(File.ReadAllText(file).Trim());
            for (var length = 0; length < document.Length; length++)
            {
                Read(document.AsMemory(0, length)).ShouldContain(r => r.Fact == null, $"{file} cut at {length}");
            }
        }
    }

    [Fact]
    public void Mutated_documents()
    {
        var random = new Random(Seed);
        var documents = Folders.SelectMany(Documents.Of).Select(File.ReadAllBytes).ToList();
        for (var i = 0; i < 12_000; i++)
        {
            var document = (byte[])documents[i % documents.Count].Clone();
            for (var n = random.Next(1, 8); n > 0; n--)
            {
                var at = random.Next(document.Length);
                switch (random.Next(4))
                {
                    case 0:
                        document[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        document[at] = (byte)"{}[]\",:\\u0nte-1.d"[random.Next(17)];
                        break;
                    default:
                        // A stretch of it again somewhere else: the usual way to get well-formed nonsense.
                        var length = Math.Min(random.Next(1, 60), Math.Min(document.Length - at, document.Length));
                        var from = random.Next(document.Length - length + 1);
                        document.AsSpan(from, length).ToArray().CopyTo(document.AsSpan(at, length));
                        break;
                }
            }

            Read(document);
        }
    }

    [Fact]
    public void Values_of_every_wrong_sort_in_every_member()
    {
        string[] values =
        [
            "null", "true", "1", "-0", "1e999", "0.1234567890123456789", "123456789012345678901234567890", "\"\"", "\"x\"", "\"urn:\"", "\":\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\u0000\"", "\"a:\\u0000\"", "[]", "[[]]", "[null]", "[1]", "[\"\\ud800\"]", "{}", "{\"\":1}",
            "{\"\\ud800\":1}", "{\"id\":1}", "{\"id\":\"\\ud800\"}", "{\"a\":1,\"a\":2}", "{\"x:a\":1,\"x:a\":2}", "\"" + new string('x', 100_000) + "\"", "\"9999-12-31T23:59:59Z\"", "\"0001-01-01T00:00:00Z\"", "\"2026-02-30T00:00:00Z\"", "\"+14:00\"", "\"-14:00\"", "\"+14:01\"", "\"urn:epc:id:sgtin:..\"", "\"urn:epc:\"",
            "\"https://id.gs1.org/01/\"", "\"https://id.gs1.org/01/06901234567892/21/%\"", "[{\"epcClass\":\"https://id.gs1.org/01/06901234560008/10/L\",\"quantity\":1e5}]", "[{\"epcClass\":1,\"quantity\":1e-50}]", "[{\"type\":\"po\",\"bizTransaction\":\"a:b\"},{\"type\":1}]", "[{\"type\":\"location\",\"source\":\"a:b\",\"destination\":\"a:b\"}]",
            "[{\"sensorReport\":[{\"exception\":1}]}]", "{\"set\":[1],\"unset\":{}}", "{\"declarationTime\":1,\"reason\":[],\"correctiveEventIDs\":\"x\"}", "{\"declarationTime\":\"2026-01-01T00:00:00Z\"}",
            string.Concat(Enumerable.Repeat("[", 60)) + string.Concat(Enumerable.Repeat("]", 60)), string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40), string.Concat(Enumerable.Repeat("[", 5000)),
        ];
        string[] members =
        [
            "@context", "type", "eventID", "eventTime", "eventTimeZoneOffset", "recordTime", "certificationInfo", "errorDeclaration", "action", "bizStep", "disposition", "persistentDisposition", "readPoint", "bizLocation", "bizTransactionList", "sourceList",
            "destinationList", "sensorElementList", "ilmd", "epcList", "quantityList", "parentID", "childEPCs", "childQuantityList", "inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "transformationID", "ext:any", "any", "", "\\ud800", "epcisBody",
        ];
        foreach (var member in members)
        {
            foreach (var value in values)
            {
                foreach (var type in new[] { "ObjectEvent", "AggregationEvent", "AssociationEvent", "TransformationEvent", "TransactionEvent", "x:own" })
                {
                    var usual = $"\"type\":\"{type}\",\"action\":\"ADD\",\"eventTime\":\"2026-01-01T00:00:00Z\",\"eventTimeZoneOffset\":\"+08:00\"";
                    Read(Encoding.UTF8.GetBytes($$"""{"{{member}}":{{value}},{{usual}} }"""));
                    var other = usual.Replace($"\"{member}\":", "\"ext:was\":", StringComparison.Ordinal);
                    Read(Encoding.UTF8.GetBytes($$"""{"@context":{"ext":"urn:x:"},"type":"EPCISDocument","epcisBody":{"eventList":[{ {{other}},"{{member}}":{{value}} },{"{{member}}":{{value}},"{{member}}":{{value}} }] } }"""));
                }

                Read(Encoding.UTF8.GetBytes($$"""{"{{member}}":{{value}},"type":"EPCISDocument","epcisBody":{{value}} }"""));
                Read(Encoding.UTF8.GetBytes($$"""{"type":"EPCISDocument","epcisBody":{"queryResults":{{value}},"eventList":{{value}},"event":{{value}} } }"""));
            }
        }
    }

    private static List<ReadFact> Read(ReadOnlyMemory<byte> document)
    {
        try
        {
            var read = Documents.Read(document);
            foreach (var (fact, findings, path) in read)
            {
                (fact is not null || findings.Count > 0).ShouldBeTrue();
                foreach (var finding in findings)
                {
                    finding.Path.ShouldStartWith(path);
                    finding.What(CultureInfo.InvariantCulture).ShouldNotBeNullOrWhiteSpace();
                    finding.Remedy(CultureInfo.GetCultureInfo("zh")).ShouldNotBeNullOrWhiteSpace();
                }

                if (fact is not null)
                {
                    Documents.Canonical(FactReader.ReadStored(FactWriter.Bytes(fact))).ShouldBe(Documents.Canonical(fact));
                }
            }

            return read;
        }
        catch (Exception e)
        {
            var text = Encoding.UTF8.GetString(document.Span);
            throw new InvalidOperationException((text.Length > 3000 ? text[..3000] : text) + "\n" + e, e);
        }
    }
}
