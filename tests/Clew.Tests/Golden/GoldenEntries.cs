using System.Buffers;
using System.Globalization;
using System.Text;
using Clew.Capture;
using Clew.Facts;
using Clew.Ledger;

namespace Clew.Tests.Golden;

/// <summary>
/// One stored entry of every word ever written, with its leaf hash: read, hashed again and rendered again. A word without a sample
/// fails, and a sample never changes. A new word is added by the line that the failing test prints.
/// </summary>
public sealed class GoldenEntries
{
    [Fact]
    public void Every_word_reads_hashes_and_renders_as_it_was_stored()
    {
        var samples = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", "entries.txt")).Select(l => l.Split('\t')).ToDictionary(l => l[0], StringComparer.Ordinal);
        if (Vocabulary.All.Where(k => !samples.ContainsKey(k.Word)).Select(Sample).ToList() is { Count: > 0 } missing)
        {
            Assert.Fail("Add to Golden/entries.txt:\n" + string.Join('\n', missing));
        }

        foreach (var (word, line) in samples)
        {
            var bytes = Encoding.UTF8.GetBytes(line[2]);
            Convert.ToHexStringLower(LeafHash.Of(bytes)).ShouldBe(line[1], word);
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([0, .. bytes])).ShouldBe(line[1], word);
            var entry = EntryBytes.Read(0, bytes);
            entry.Fact.Kind.Word.ShouldBe(word);
            var to = new ArrayBufferWriter<byte>();
            EntryBytes.Write(to, entry.RecordedAt, entry.By, FactWriter.Bytes(entry.Fact), entry.Raw, [new Told(1, "released", "inTransit/recallLock", "underHold")]);
            Encoding.UTF8.GetString(to.WrittenSpan).ShouldBe(line[2]);
        }
    }

    // A fact that says all that there is to say, as our door reads it and our writer stores it.
    private static string Sample(Kind kind)
    {
        const string unit = "gs1:01/06901234567892/21/A%2F1";
        var describes = kind == Vocabulary.ProductDescribed ? """{"subject":"gs1:01/06901234567892","nameEn":"Pump","nameZh":"泵","model":"CP","components":["gs1:01/06901234560008"],"needsCertificate":true,"isDevice":true,"maker":"gs1:417/6901234000016"}"""
            : kind == Vocabulary.PartyDescribed ? """{"subject":"gs1:417/6901234000016","nameEn":"Maker","nameZh":"制造商","role":"manufacturer","country":"CN","contact":"x"}"""
            : """{"subject":"gs1:414/6901234000016","nameEn":"Plant","nameZh":"工厂","owner":"gs1:417/6901234000016","within":"gs1:414/6901234000023","use":"stock"}""";
        var outcome = kind.Outcomes.Count > 0 ? $"\"outcome\":\"{kind.Outcomes[0]}\"," : "";
        var json = $$"""
            {"kind":"{{kind.Word}}","id":"é-{{kind.Number}}","happened":"2026-02-01T08:00:00.25+08:00",{{outcome}}
             "items":["{{unit}}",{"item":"gs1:01/06901234560008/10/L7","quantity":2.50,"unit":"KGM"}],"inputs":[{"item":"gs1:01/06901234560008/10/L8","quantity":3}],
             "parent":"gs1:00/069012340000000016","place":"gs1:414/6901234000016","from":{"party":"gs1:417/6901234000030","place":"gs1:414/6901234000016"},"to":"gs1:417/6901234000023",
             "participants":[{"role":"operator","who":"77"}],"references":[{"type":"po","number":"4711"}],"evidence":[{"kind":"photo","name":"a.jpg","sha256":"{{new string('b', 64)}}","mediaType":"image/jpeg"}],
             "certificate":{"number":"C-1","sha256":"{{new string('c', 64)}}" },"lot":"L1","expires":"2028-01-31","version":"1.2","reason":"because \"of\" \n it","case":"R-1","mode":"intended",
             "criterion":{"lots":["gs1:01/06901234560008/10/L7"],"serials":["{{unit}}"],"products":["gs1:01/06901234567892"],"madeFrom":"2026-01-01T00:00:00Z","madeUntil":"2026-02-01T00:00:00Z","suppliers":["gs1:417/6901234000030"]},
             "corrects":{"id":"x","reason":"incorrectData","replacedBy":["y"] }{{((kind.Requires & Required.Describes) != 0 ? ",\"describes\":" + describes : "")}},"details":{"b":1.10,"a":[null,true]},"extra":{"z":1} }
            """;
        var read = FactReader.ReadAll(Encoding.UTF8.GetBytes(json)).Single();
        var draft = Draft.Of(read.Fact ?? throw new InvalidOperationException(string.Join('\n', read.Findings)), "user:li.na", "", new ArrayBufferWriter<byte>());
        var to = new ArrayBufferWriter<byte>();
        EventTime.TryRead("2026-02-01T00:00:01.5Z", out var at);
        EntryBytes.Write(to, at, draft.By, draft.Canonical.Span, new string('d', 64), [new Told(1, "released", "inTransit/recallLock", "underHold")]);
        return string.Create(CultureInfo.InvariantCulture, $"{kind.Word}\t{Convert.ToHexStringLower(LeafHash.Of(to.WrittenSpan))}\t{Encoding.UTF8.GetString(to.WrittenSpan)}");
    }
}
