using System.Globalization;
using System.Text;
using Clew.Capture;
using Clew.Epcis;
using Clew.Facts;
using Clew.Identification;
using Clew.Ledger;
using Clew.Server.Integration.Epcis;

namespace Clew.Tests.Epcis;

/// <summary>Facts as events and events as facts: nothing of what either says is lost on the way there and back.</summary>
public sealed class BothWays(ITestOutputHelper output)
{
    private const string Created = "2026-01-01T00:00:00Z";
    private const string By = "system:mes suzhou";

    public static TheoryData<string> Kinds => [.. Vocabulary.All.Select(k => k.Word)];

    public static TheoryData<string> Folders => ["gs1-json-2.0", "gs1-json-bare-events", "gs1-xml-2.0", "gs1-xml-1.2", "openepcis-2.0-valid", "openepcis-2.0-bare-events", "openepcis-2.0-query", "openepcis-1.2-xml", "oliot-xml-2.0-examples", "fastnt-test-resources", "event-hash/vectors", "event-hash/expected-equal", "soap-interop-1.0/setup"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_fact_has_its_event_and_comes_back_from_it(string word)
    {
        var kind = Vocabulary.Find(word)!;
        EventForms.All.ShouldContain(f => f.Kind == kind);
        var random = new Random(word.Length * 7919);
        foreach (var outcome in kind.Outcomes.DefaultIfEmpty(null))
        {
            for (var round = 0; round < 40; round++)
            {
                var fact = Draw(kind, outcome, random);
                var said = FactAsEvent.Of(fact, By);
                if (kind.Family is Family.MasterData or Family.Access)
                {
                    // Told in the header of a document, or not at all.
                    said.ShouldBeNull();
                    continue;
                }

                foreach (var form in (EpcisForm[])[EpcisForm.Json, EpcisForm.Xml, EpcisForm.Xml12])
                {
                    var written = Written(said!, form);
                    var whole = EpcisReader.ReadAll(written);
                    whole.Findings.ShouldBeEmpty($"{form}: {Encoding.UTF8.GetString(written)}");
                    Same(EventHash.Text(said!), EventHash.Text(whole.Events.Single()));
                    var back = Facts(written).Single();
                    back.Fact.ShouldNotBeNull(string.Join("; ", back.Findings) + Encoding.UTF8.GetString(written));
                    back.Findings.ShouldBeEmpty(Encoding.UTF8.GetString(written));
                    var (before, after) = (Meaning(fact), Meaning(back.Fact));
                    if (form == EpcisForm.Json)
                    {
                        Same(before, after);
                    }

                    // What the sender's own part holds are texts behind XML, as the decision about it says.
                    Same(Meaning(fact with { Details = default }), Meaning(back.Fact with { Details = default }));

                    // And the event once more, from the fact that came of it.
                    var again = FactAsEvent.Of(back.Fact, "system:partner");
                    Same(EventHash.Text(whole.Events[0]) + whole.Events[0].Id, EventHash.Text(again!) + again!.Id);
                }
            }
        }
    }

    [Fact]
    public void A_correction_is_the_first_event_once_more_and_that_it_does_not_stand()
    {
        var random = new Random(3);
        var first = Draw(Vocabulary.Shipped, null, random) with { Id = "ship-1" };
        var correction = new Fact
        {
            Kind = Vocabulary.Corrected,
            Id = "corr-1",
            Happened = Time("2026-04-02T09:00:00+08:00"),
            Reason = "wrong pallet",
            Corrects = new Correction("ship-1", CorrectionReason.IncorrectData, ["ship-2"]),
        };
        var said = FactAsEvent.Of(correction, By, null, first)!;
        EventHash.Text(said).ShouldBe(EventHash.Text(FactAsEvent.Of(first, By)!));
        said.Id.ShouldBe(FactAsEvent.EventId(By, "ship-1"));
        said.ErrorDeclaration!.List("correctiveEventIDs").OfType<Text>().Select(t => t.Value).ShouldBe([FactAsEvent.EventId(By, "ship-2")]);
        EpcisReader.ReadAll(Written(said, EpcisForm.Json)).Findings.ShouldBeEmpty();
        FactAsEvent.Key(said.Id!).ShouldBe(EntryKey.Of(By, "ship-1"));
        var back = Facts(Written(said, EpcisForm.Json)).Single().Fact!;
        back.Kind.ShouldBe(Vocabulary.Corrected);
        back.Items.Select(i => i.Item).ShouldBe(first.Items.Select(i => i.Item), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_event_that_the_standard_admits_becomes_a_fact_and_the_same_event_again(string folder)
    {
        int events = 0, understood = 0;
        var fallen = new List<string>();
        foreach (var file in ReferenceData.Files("epcis/" + folder, "*", deep: true).Where(f => Path.GetExtension(f) is ".xml" or ".json" or ".jsonld").Order(StringComparer.Ordinal))
        {
            var whole = EpcisReader.ReadAll(File.ReadAllBytes(file));
            if (!whole.IsValid)
            {
                continue;
            }

            foreach (var (read, at) in whole.Events.Select((e, i) => (e, i)))
            {
                events++;
                var name = $"{Path.GetFileName(file)} {at}";
                var told = EventAsFact.Read(read, "");
                if (told.Fact is null)
                {
                    fallen.Add($"{name}: {string.Join("; ", told.Findings)}");
                    continue;
                }

                // Through the ledger's own bytes, as a query would have it.
                var draft = Draft.Of(told.Fact, By, "", new(4_096));
                var stored = FactReader.ReadStored(draft.Canonical) with { Items = draft.Fact.Items, ItemsBeside = null };
                understood += stored.Kind == Vocabulary.Observed ? 0 : 1;
                var again = FactAsEvent.Of(stored, By)!;
                if (Said(again) != Said(read))
                {
                    fallen.Add(name + Apart(Said(read), Said(again)));
                }
                else if (read.Id is not null && again.Id != read.Id)
                {
                    fallen.Add($"{name}: {again.Id}");
                }
                else if (Extensions(again) != Extensions(read))
                {
                    fallen.Add(name + Apart(Extensions(read), Extensions(again)));
                }
                else if (whole.Document.Form == EpcisForm.Json && EventCheck.Of(again, EpcisForm.Json, "").Where(f => f.Severity == Severity.Error).ToList() is { Count: > 0 } wrong)
                {
                    fallen.Add($"{name}: {string.Join("; ", wrong)}");
                }
            }
        }

        output.WriteLine($"{folder}: {events} events, {understood} understood, {events - understood} kept as observations, {fallen.Count} failed");
        fallen.ForEach(output.WriteLine);
        fallen.ShouldBeEmpty();
        events.ShouldBeGreaterThan(0);
    }

    private static void Same(string before, string after) => Assert.True(before == after, Apart(before, after));

    // From a little before where they part.
    private static string Apart(string before, string after)
    {
        var at = Math.Max(0, before.Zip(after).TakeWhile(p => p.First == p.Second).Count() - 40);
        return $"\n  before {before[at..Math.Min(before.Length, at + 160)]}\n  after  {after[at..Math.Min(after.Length, at + 160)]}";
    }

    // The hash leaves out the record time and the declaration.
    private static string Said(EpcisEvent e) => EventHash.Text(e) + e.Members.Text("recordTime")
        + (e.ErrorDeclaration is { } d ? d.Text("declarationTime") + Cbv.ErrorReason.AsWord(d.Text("reason") ?? "") + string.Join(',', d.List("correctiveEventIDs").OfType<Text>().Select(t => t.Value)) : "");

    // Members of the sender's own, value by value and form by form: 26.0 is a number and stays 26.0.
    private static string Extensions(EpcisEvent e) => string.Join('\n', e.Extensions.Concat((e.Members["ilmd"] as Group)?.Members ?? []).Concat(e.ErrorDeclaration?.Members.Where(m => !m.Name.IsStandard) ?? [])
        .Where(m => m.Name.Namespace != FactAsEvent.Namespace).Select(m => m.Name + "=" + Form(m.Value)).Order(StringComparer.Ordinal));

    private static string Form(Node node) => node switch
    {
        Text text => $"\"{text.Value}\"",
        Number number => number.Digits,
        Flag flag => flag.Value ? "true" : "false",
        Items items => $"[{string.Join(',', items.All.Select(Form))}]",
        Group group => $"{{{string.Join(',', group.Members.Select(m => m.Name + ":" + Form(m.Value)).Order(StringComparer.Ordinal))}}}",
        _ => "null",
    };

    private static byte[] Written(EpcisEvent said, EpcisForm form)
    {
        var document = new EpcisDocument(new Group([new Member(new Name("type"), new Text("EPCISDocument"))]), said.Contexts, EpcisForm.Xml);
        return form == EpcisForm.Json ? JsonWriting.Document(document, [said], Created) : XmlWriting.Document(document, [said], form, Created);
    }

    private static List<ReadFact> Facts(byte[] document)
    {
        var source = new EpcisFacts(document);
        var all = new List<ReadFact>();
        while (source.TryNext(out var next))
        {
            all.Add(next);
        }

        return all;
    }

    private static readonly Comparer<Quantified> ByName = Comparer<Quantified>.Create((a, b) => a.Item.CompareTo(b.Item));

    // All that a fact says, without how it was asked for, where EPCIS keeps its own, and the order within a set.
    private static string Meaning(Fact fact)
    {
        using var details = fact.Details.IsEmpty ? null : System.Text.Json.JsonDocument.Parse(fact.Details);
        var free = details?.RootElement.EnumerateObject().Where(m => m.Name != "epcis").Select(m => m.Name + "=" + m.Value.GetRawText()).Order(StringComparer.Ordinal).ToArray() ?? [];
        var plain = fact with
        {
            Details = default,
            Mode = Mode.Reported,
            Id = FactAsEvent.EventId(By, fact.Id),
            Items = [.. fact.Items.Order(ByName)],
            Inputs = [.. fact.Inputs.Order(ByName)],
            Corrects = fact.Corrects is { } c ? c with { Id = FactAsEvent.EventId(By, c.Id), ReplacedBy = [.. c.ReplacedBy.Select(r => FactAsEvent.EventId(By, r))] } : null,
        };

        // A declaration has no id of its own, and no items but those of what it declares.
        plain = fact.Kind == Vocabulary.Corrected ? plain with { Id = "", Items = [] } : plain;
        return Encoding.UTF8.GetString(FactWriter.Bytes(plain)) + string.Join('&', free);
    }

    // ---- facts by chance

    private static Fact Draw(Kind kind, string? outcome, Random random)
    {
        bool Some(Required need, double chance = 0.4) => (kind.Requires & need) != 0 || random.NextDouble() < chance;
        var isMasterData = kind.Family is Family.MasterData or Family.Access;
        var isCorrection = kind == Vocabulary.Corrected;
        var items = Some(Required.Items, 0.5) && !isMasterData && !isCorrection ? Items(random, 1 + random.Next(4)) : [];
        return new Fact
        {
            Kind = kind,
            Id = random.Next(3) switch { 0 => "W/" + random.Next(1000), 1 => "urn:uuid:" + Guid.NewGuid(), _ => "出库 " + random.Next(1000) + ": %" },
            Happened = Time("2026-03-01T00:00:00Z") with { OffsetMinutes = (short)(random.Next(-10, 14) * 30) } is var t ? new EventTime(t.Microseconds + (random.NextInt64(1_000_000_000) * 1_000), t.OffsetMinutes) : default,
            Items = items,
            Parent = Some(Required.Parent, 0.1) && !isCorrection ? Id(random.Next(2) == 0 ? "gs1:00/069012340000000023" : "gs1:01/06901234567892/21/WHOLE%2F1") : null,
            Inputs = random.NextDouble() < 0.2 && !isCorrection ? Items(random, 2) : [],
            Place = Some(Required.Place) && !isCorrection ? Id(random.Next(2) == 0 ? "gs1:414/6901234000016" : "gs1:414/6901234000023/254/A1") : null,
            From = random.NextDouble() < 0.3 && !isCorrection ? new End(Id("gs1:417/6901234000016"), null) : null,
            To = Some(Required.To, 0.2) && !isCorrection ? random.Next(3) switch { 0 => new End(null, Id("gs1:414/6901234000023")), 1 => new End(Id("gs1:417/6901234000023"), null), _ => new End(Id("gs1:417/6901234000023"), Id("gs1:414/6901234000023")) } : null,
            Participants = random.NextDouble() < 0.4 ? [.. Enumerable.Range(0, 1 + random.Next(2)).Select(i => new Participant("operator", "工号" + i))] : [],
            References = random.NextDouble() < 0.4 && !isCorrection ? [new Clew.Facts.Reference("po", "PO 4711/1"), .. random.Next(2) == 0 ? (Clew.Facts.Reference[])[new Clew.Facts.Reference("workOrder", "urn:x:w:1"), new Clew.Facts.Reference("other", "Z")] : []] : [],
            Evidence = random.NextDouble() < 0.3 ? [.. Enumerable.Range(0, 1 + random.Next(2)).Select(i => new Clew.Facts.Evidence("photo", "照片 1.jpg", new string('a', 64), i == 0 ? "image/jpeg" : null))] : [],
            Certificate = Some(Required.Certificate, 0.1) ? new Certificate("国械注准 20263010001", new string('b', 64)) : null,
            Lot = random.NextDouble() < 0.3 ? "L&7 <1>" : null,
            Expires = random.NextDouble() < 0.3 ? new DateOnly(2030, 2, 28) : null,
            Version = random.NextDouble() < 0.3 ? "2.10" : null,
            Outcome = outcome ?? (kind.Outcomes.Count == 0 && random.NextDouble() < 0.2 ? "好" : null),
            Reason = random.NextDouble() < 0.4 ? "a \"reason\" of <two>\nlines" : null,
            Case = Some(Required.Case, 0.1) ? "RC-2026-1" : null,
            Criterion = Some(Required.Criterion, 0.1) ? new Criterion([Id("gs1:01/06901234560008/10/B17")], random.Next(2) == 0 ? [Id("gs1:01/06901234567892/21/1"), Id("gs1:01/06901234567892/21/2")] : [], [], Time("2026-01-01T00:00:00+08:00"), null, []) : null,
            Corrects = isCorrection ? random.Next(2) == 0 ? new Correction("urn:uuid:1", CorrectionReason.IncorrectData, ["b 2"]) : new Correction("b 1", CorrectionReason.DidNotOccur, []) : null,
            Describes = isMasterData ? kind == Vocabulary.PartyDescribed ? new PartyDescription(Id("gs1:417/6901234000023"), "A", "甲", PartyRole.User, "CN", null) : kind == Vocabulary.PlaceDescribed ? new PlaceDescription(Id("gs1:414/6901234000023"), "A", "甲", null, null, null) : new ProductDescription(Id("gs1:01/06901234567892"), "A", "甲", "M", [], false, true, null) : null,
            Details = random.NextDouble() < 0.4 && !isCorrection ? """{"notes":["a",2,true,null],"torque":"2.50","中文 key":{"x y":"z"}}"""u8.ToArray() : default,
        };
    }

    private static List<Quantified> Items(Random random, int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => random.Next(4) switch
        {
            0 => new Quantified(Id($"gs1:01/06901234560008/10/B{i}%2F"), random.Next(2) == 0 ? 12.5m : null, null),
            1 => new Quantified(Id($"hibcc:A123ABC1/21/S{i}"), null, null),
            2 => new Quantified(Id($"gs1:01/06901234560008/10/K{i}"), 3m + i, random.Next(2) == 0 ? "KGM" : "箱"),
            _ => new Quantified(Id($"gs1:01/06901234567892/21/N{i}%25"), null, null),
        }),
    ];

    private static Identity Id(string text) => Identity.Read(text).Value;

    private static EventTime Time(string text) => EventTime.TryRead(text, out var time) ? time : throw new FormatException(text);
}
