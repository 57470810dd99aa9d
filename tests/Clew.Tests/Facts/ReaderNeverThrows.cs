using System.Globalization;
using System.Text;
using Clew.Facts;
using Clew.Tests.Capture;

namespace Clew.Tests.Facts;

/// <summary>Whatever the bytes are, the reader answers with facts and findings, and every refusal says what, where and how to mend it.</summary>
public sealed class ReaderNeverThrows
{
    private const int Seed = 20261125;

    private static readonly string[] Documents =
    [
        "[" + string.Join(',', Tale.Company) + "]",
        "{\"facts\":[" + string.Join(',', new[] { "#a 3 shipped P1 cell:L7*2 at plant to ward", "5 certificateBound V1 cert C-1", "6 corrected corrects a", "7 recallLockPlaced case R1 lots cell:L7 serials P1 products pump suppliers cells", "8 transformed P2 inputs cell:L7*3 lot M1" }.Select(Tale.Json)) + "]}",
        """{"kind":"installed","id":"é\ud83d\ude00","happened":"2026-02-01T08:00:00.123456+08:00","items":["gs1:01/06901234567892/21/A1"],"place":"gs1:414/6901234000016","participants":[{"role":"engineer","who":"7"}],"references":[{"type":"po","number":"1"}],"evidence":[{"sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}],"expires":"2028-01-31","details":{"a":[1,2.50,null,true,{"b":"c"}]},"unknown":{"x":1}}""",
    ];

    [Fact]
    public void Cut_off_anywhere()
    {
        foreach (var document in Documents.Select(Encoding.UTF8.GetBytes))
        {
            FactReader.ReadAll(document).ShouldAllBe(r => r.Fact != null);
            for (var length = 0; length < document.Length; length++)
            {
                var read = Read(document.AsMemory(0, length));
                read.ShouldContain(r => r.Fact == null, $"cut at {length}");
            }
        }
    }

    [Fact]
    public void Random_bytes_and_mutated_documents()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 4_000; i++)
        {
            var noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            Read(noise);

            var document = Encoding.UTF8.GetBytes(Documents[i % Documents.Length]);
            for (var n = random.Next(1, 6); n > 0; n--)
            {
                document[random.Next(document.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"{}[]\",:\\u0nte-1."[random.Next(16)];
            }

            Read(document);
        }
    }

    [Fact]
    public void Values_of_every_wrong_sort_in_every_member()
    {
        string[] values =
        [
            "null", "true", "1", "-0", "1e999", "123456789012345678901234567890", "0.1234567890123456789", "\"\"", "\"x\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\u0000\"", "[]", "[[]]", "[null]", "[1]", "[\"\\ud800\"]", "{}", "{\"\":1}", "{\"\\ud800\":1}",
            "{\"a\":1,\"a\":2}", "{\"item\":1,\"item\":2}", "\"" + new string('x', 100_000) + "\"", "\"9999-12-31T23:59:59+14:00\"", "\"0001-01-01T00:00:00+14:00\"", "\"2026-02-30T00:00:00Z\"", "\"gs1:01/\"", "\"gs1:01/06901234567892/21/%\"",
            "{\"subject\":\"\\ud800\",\"nameEn\":\"\\udc00\"}", "{\"subject\":1,\"nameEn\":[],\"components\":[1,\"\\ud800\"]}", "[{\"item\":\"gs1:01/06901234567892/10/L\",\"quantity\":1e5}]", "{\"party\":\"\\ud800\",\"place\":{}}",
            string.Concat(Enumerable.Repeat("[", 60)) + string.Concat(Enumerable.Repeat("]", 60)), string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40), string.Concat(Enumerable.Repeat("[", 5000)),
        ];
        string[] members = ["case", "certificate", "corrects", "criterion", "describes", "details", "evidence", "expires", "from", "happened", "id", "inputs", "items", "kind", "lot", "mode", "outcome", "parent", "participants", "place", "reason", "references", "to", "version", "other", "\\ud800"];
        string[] kinds = ["received", "productDescribed", "partyDescribed", "placeDescribed", "corrected"];
        foreach (var member in members)
        {
            foreach (var value in values)
            {
                foreach (var kind in kinds)
                {
                    Read(Encoding.UTF8.GetBytes($$"""{"{{member}}":{{value}},"kind":"{{kind}}","happened":"2026-01-01T00:00:00Z"}"""));
                    Read(Encoding.UTF8.GetBytes($$"""[{"kind":"{{kind}}","{{member}}":{{value}},"{{member}}":{{value}} }]"""));
                }
            }
        }
    }

    private static List<ReadFact> Read(ReadOnlyMemory<byte> document)
    {
        List<ReadFact> read;
        try
        {
            read = FactReader.ReadAll(document);
        }
        catch (Exception e)
        {
            var text = Encoding.UTF8.GetString(document.Span);
            throw new InvalidOperationException((text.Length > 300 ? text[..300] : text) + "\n" + e, e);
        }

        foreach (var one in read)
        {
            (one.Fact is not null || one.Findings.Count > 0).ShouldBeTrue();
            foreach (var finding in one.Findings)
            {
                finding.Code.ShouldNotBeEmpty();
                finding.Path.ShouldNotBeNull();
                foreach (var language in new[] { "en", "zh" })
                {
                    finding.What(CultureInfo.GetCultureInfo(language)).ShouldNotBeNullOrWhiteSpace();
                    finding.Remedy(CultureInfo.GetCultureInfo(language)).ShouldNotBeNullOrWhiteSpace();
                }
            }

            if (one.Fact is { } fact)
            {
                Render(fact, document);
            }
        }

        return read;
    }

    // What was read can be kept: it has bytes, and they read back to the same.
    private static void Render(Fact fact, ReadOnlyMemory<byte> document)
    {
        try
        {
            var bytes = FactWriter.Bytes(fact);
            FactWriter.Bytes(FactReader.ReadStored(bytes)).ShouldBe(bytes);
        }
        catch (Exception e) when (e is not ShouldAssertException)
        {
            throw new InvalidOperationException(Encoding.UTF8.GetString(document.Span) + "\n" + e, e);
        }
    }
}
