using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Clew.Facts;
using Clew.Identification;
using Clew.Ledger;

namespace Clew.Epcis;

/// <summary>
/// One fact → one EPCIS event. A fact that came as an event is written as it came: what the fact has no member for lies in its details
/// under <c>epcis</c>. Any other is written by its row of <see cref="EventForms"/>, and what the standard has no member for goes along
/// under its own name in a namespace of ours. Total: it never throws for what a fact says.
/// </summary>
public static class FactAsEvent
{
    /// <summary>Members of a fact that EPCIS has no place for: <c>clew:reason</c>, <c>clew:case</c>, ….</summary>
    public const string Namespace = "urn:clew:fact:";

    /// <summary>The prefix of that namespace, as we write it.</summary>
    public const string Prefix = "clew";

    /// <summary>Where a fact keeps what the event said besides.</summary>
    public const string Details = "epcis";

    /// <summary>Set there when the lists of the event are not those of the fact, and all of them are kept.</summary>
    public const string Whole = "whole";

    /// <summary>Paths there of numbers among the sender's own members: the ledger keeps decimals as texts.</summary>
    public const string Decimals = "decimals";

    /// <summary>Company prefixes there that the sender's URNs showed: no Digital Link tells where they end.</summary>
    public const string CompanyPrefixes = "companyPrefixes";

    /// <summary>Lists there and how their names were spelt (<see cref="EpcSpelling"/>), where that is not our way.</summary>
    public const string Spelt = "spelt";

    /// <summary>Before a document's number that is no URI.</summary>
    public const string Transaction = "urn:clew:bt:";

    /// <summary>Before a type of document that is neither a word of the CBV nor a URI.</summary>
    public const string TransactionType = "urn:clew:btt:";

    private const string Id = "urn:clew:event:";

    // What a fact says of itself and every event says in its own words.
    private static readonly HashSet<string> Told = new(StringComparer.Ordinal) { "happened", "id", "items", "references", "corrects", "place", "from", "to", "mode" };

    private static readonly Contexts Ours = Contexts.Standard.With(new Group([new Member(new Name(Prefix), new Text(Namespace))]));

    /// <summary>An entry of the ledger as an event, with its record time; nothing for master data and for who came in, which are no events.</summary>
    /// <param name="entry">With the whole list of its items, if that stands beside it.</param>
    /// <param name="corrected">For a correction: the fact that does not stand, if it is known. Its event is what carries the declaration.</param>
    /// <param name="asSpelt">Names as their sender spelt them; otherwise as canonical Digital Links.</param>
    public static EpcisEvent? Of(Entry entry, Fact? corrected = null, bool asSpelt = false) => Of(entry.Fact, entry.By, entry.RecordedAt, corrected, asSpelt);

    /// <summary>A fact as an event.</summary>
    /// <param name="by">Who says it: an id that is no URI counts for its sender only.</param>
    public static EpcisEvent? Of(Fact fact, string by, EventTime? recorded = null, Fact? corrected = null, bool asSpelt = false)
    {
        if (fact.Kind.Family is Family.MasterData or Family.Access)
        {
            return null;
        }

        var details = fact.Details.IsEmpty ? null : JsonSource.Object(fact.Details.Span).Members;
        var (members, contexts) = details?[Details] is Group { Members.Count: > 0 } carried && carried.Text("type") is { Length: > 0 } type
            ? Again(fact, carried, type, asSpelt)
            : fact.Kind == Vocabulary.Corrected ? Declared(fact, by, corrected, asSpelt) : Written(fact);
        members.RemoveAll(m => m.Name.IsStandard && (m.Name.Local == "eventID" || (recorded is not null && m.Name.Local == "recordTime")));
        members.Add(Text("eventID", EventId(by, fact.Kind == Vocabulary.Corrected && fact.Corrects is { } correction ? correction.Id : fact.Id)));
        if (recorded is { } at)
        {
            members.Add(Text("recordTime", at.ToString()));
        }

        if (details?.Members.Where(m => m.Name != new Name(Details)).ToList() is { Count: > 0 } free)
        {
            members.Add(new Member(Own("details"), new Group(free)));
        }

        Sort(members);
        return new EpcisEvent(new Group(members), contexts);
    }

    /// <summary>The company prefixes that its sender's URNs showed.</summary>
    public static IEnumerable<string> PrefixesOf(Fact fact) =>
        fact.Details.Span.IndexOf("\"companyPrefixes\":["u8) >= 0 && JsonSource.Object(fact.Details.Span).Members[Details] is Group carried ? carried.List(CompanyPrefixes).OfType<Text>().Select(t => t.Value) : [];

    /// <summary>The event that a fact came as; nothing for one that came in another form.</summary>
    public static EpcisEvent? Original(Fact fact) =>
        fact.Details.Span.IndexOf("\"epcis\":{"u8) >= 0 && JsonSource.Object(fact.Details.Span).Members[Details] is Group carried && carried.Text("type") is { Length: > 0 } ? Of(fact, "") : null;

    /// <summary>The id of the event: the sender's where it is a URI, else one of ours that holds it and its sender.</summary>
    public static string EventId(string by, string id) =>
        id.Contains(':', StringComparison.Ordinal) && Uris.IsUri(id, isStrict: true) ? id
        : $"{Id}{(id.Contains(':', StringComparison.Ordinal) ? "" : Uri.EscapeDataString(by))}:{Uri.EscapeDataString(id)}";

    /// <summary>Under which key the ledger knows the fact with this event id.</summary>
    public static EntryKey Key(string eventId)
    {
        if (eventId.StartsWith(Id, StringComparison.Ordinal) && eventId.IndexOf(':', Id.Length) is >= 0 and var colon)
        {
            return EntryKey.Of(Uri.UnescapeDataString(eventId[Id.Length..colon]), Uri.UnescapeDataString(eventId[(colon + 1)..]));
        }

        return EntryKey.Of("", eventId);
    }

    /// <summary>The lists in which a type of event names what it is about: things, and amounts of a class.</summary>
    public static (string Things, string Classes) Lists(string type) => type switch
    {
        nameof(EventTypes.TransformationEvent) => ("outputEPCList", "outputQuantityList"),
        nameof(EventTypes.AggregationEvent) or nameof(EventTypes.AssociationEvent) => ("childEPCs", "childQuantityList"),
        _ => ("epcList", "quantityList"),
    };

    /// <summary>Whether an item stands among the amounts.</summary>
    public static bool IsClass(Identity item) => item.Granularity is Granularity.Lot or Granularity.Product;

    // ---- what came as an event

    private static (List<Member> Members, Contexts Contexts) Again(Fact fact, Group carried, string type, bool asSpelt)
    {
        var contexts = Ours.With(carried["@context"]);
        var decimals = carried[Decimals] is null ? null : carried.List(Decimals).OfType<Text>().Select(t => t.Value).ToHashSet(StringComparer.Ordinal);
        List<Member> members = new(carried.Members.Count + 6);
        foreach (var (name, value) in carried.Members)
        {
            if (name.ToString() is not ("@context" or Whole or Decimals or CompanyPrefixes or Spelt))
            {
                // Read without the context, which lies among them.
                var read = contexts.Read(name.ToString());
                members.Add(new Member(read, Typed(value, read.IsStandard ? Shapes.Find(Shapes.Event, read.Local)?.Shape : null, contexts, decimals is null ? "" : "/" + read, decimals)));
            }
        }

        if (carried["eventTime"] is null)
        {
            members.Add(Text("eventTime", fact.Happened.ToString()));
        }

        if (carried[Whole] is not Flag)
        {
            var bare = type.StartsWith(EpcisEvent.Stem, StringComparison.Ordinal) ? type[EpcisEvent.Stem.Length..] : type;
            Func<Identity, string, string>? spell = null;
            if (asSpelt && carried[Spelt] is Group spelt)
            {
                var prefixLength = EpcForms.PrefixLength([.. carried.List(CompanyPrefixes).OfType<Text>().Select(t => t.Value)]);
                spell = (item, list) => EpcSpelling.Write(item, spelt.Text(list) ?? "", prefixLength);
            }

            Items(members, bare, fact, spell);
            if (fact.Parent is { } parent && carried["parentID"] is null && HasParent(bare))
            {
                members.Add(Text("parentID", Spell(parent, "parentID", spell)));
            }
        }

        return (members, contexts);
    }

    // Numbers that the ledger keeps as texts become numbers again: where the standard has them, and where the sender had them. Paths are put
    // together only where somebody looks at them.
    private static Node Typed(Node value, Shape? shape, Contexts contexts, string path, HashSet<string>? decimals)
    {
        switch (value)
        {
            case Text text when (shape?.Form == ValueForm.Number || decimals?.Contains(path) == true) && Numbers.TryRead(text.Value, out _):
                return new Number(text.Value);
            case Items items:
                var all = new Node[items.All.Count];
                for (var i = 0; i < all.Length; i++)
                {
                    all[i] = Typed(items.All[i], shape?.Of, contexts, decimals is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{path}/{i}"), decimals);
                }

                return new Items(all);
            case Group group:
                var within = shape?.Form == ValueForm.OneOrMany ? shape.Of : shape;
                var members = new Member[group.Members.Count];
                for (var i = 0; i < members.Length; i++)
                {
                    var (name, inner) = group.Members[i];
                    name = name.IsStandard && !name.Local.Contains(':', StringComparison.Ordinal) ? name : contexts.Read(name.ToString());
                    members[i] = new Member(name, Typed(inner, within is not null && name.IsStandard ? Shapes.Find(within, name.Local)?.Shape : null, contexts, decimals is null ? "" : $"{path}/{name}", decimals));
                }

                return new Group(members);
            default:
                return value;
        }
    }

    // ---- what did not

    private static (List<Member> Members, Contexts Contexts) Written(Fact fact)
    {
        var row = EventForms.Of(fact.Kind, fact.Outcome);
        List<Member> members = [Text("type", row.Type), Text("eventTime", fact.Happened.ToString()), Text("eventTimeZoneOffset", Offset(fact.Happened))];
        Some(members, "action", row.Action);
        Some(members, "bizStep", row.BizStep);
        Some(members, "disposition", row.Disposition);
        if ((row.Sets ?? row.Ends) is { } persistent)
        {
            members.Add(new Member(new Name("persistentDisposition"), new Group([new Member(new Name(row.Sets is null ? "unset" : "set"), new Items([new Text(persistent)]))])));
        }

        Items(members, row.Type, fact, null);
        var hasParent = fact.Parent is not null && HasParent(row.Type);
        if (hasParent)
        {
            members.Add(Text("parentID", fact.Parent!.Value.ToUri()));
        }

        Where(members, fact);
        if (fact.Certificate is { } certificate)
        {
            members.Add(new Member(new Name("certificationInfo"), new Items([new Text("ni:///sha-256;" + certificate.Sha256)])));
        }

        var isMade = row.Type == nameof(EventTypes.TransformationEvent) || (row.Type == nameof(EventTypes.ObjectEvent) && row.Action == "ADD");
        if (isMade && (fact.Lot is not null || fact.Expires is not null))
        {
            List<Member> ilmd = [];
            ilmd.AddRange(fact.Lot is { } lot ? [new Member(MasterData("lotNumber"), new Text(lot))] : []);
            ilmd.AddRange(fact.Expires is { } expires ? [new Member(MasterData("itemExpirationDate"), new Text(expires.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))] : []);
            members.Add(new Member(new Name("ilmd"), new Group(ilmd)));
        }

        var isPlain = EventForms.Find(row.Type, row.Action, row.BizStep, row.Disposition) is { } read && read.Kind == row.Kind && read.Outcome == row.Outcome;
        var (isExact, areInputs) = (fact.Items.All(IsWritable), row.Type == nameof(EventTypes.TransformationEvent) && fact.Inputs.All(IsWritable));
        Rest(members, fact, name => name switch
        {
            "kind" => !isPlain,
            "outcome" => row.Outcome != fact.Outcome,
            "items" => !isExact,
            "inputs" => !areInputs,
            "parent" => !hasParent,
            "lot" or "expires" => !isMade,
            _ => !Told.Contains(name),
        });
        return (members, Ours);
    }

    // The event that does not stand, once more, and that it does not.
    private static (List<Member> Members, Contexts Contexts) Declared(Fact fact, string by, Fact? corrected, bool asSpelt)
    {
        List<Member> members;
        var contexts = Ours;
        if (corrected is not null && corrected.Kind != Vocabulary.Corrected && Of(corrected, by, asSpelt: asSpelt) is { } first)
        {
            (members, contexts) = ([.. first.Members.Members.Where(m => m.Name.ToString() is not ("errorDeclaration" or "eventID"))], Ours.With(new Items(first.Contexts.Own)));
        }
        else
        {
            members = [Text("type", nameof(EventTypes.ObjectEvent)), Text("eventTime", fact.Happened.ToString()), Text("eventTimeZoneOffset", Offset(fact.Happened)), Text("action", "OBSERVE")];
            Items(members, nameof(EventTypes.ObjectEvent), fact, null);
        }

        List<Member> declaration = [Text("declarationTime", fact.Happened.ToString())];
        if (fact.Corrects is { } correction)
        {
            declaration.Add(Text("reason", correction.Reason == CorrectionReason.DidNotOccur ? "did_not_occur" : "incorrect_data"));
            if (correction.Reason != CorrectionReason.DidNotOccur && correction.ReplacedBy.Count > 0)
            {
                declaration.Add(new Member(new Name("correctiveEventIDs"), new Items([.. correction.ReplacedBy.Select(id => new Text(EventId(by, id)))])));
            }
        }

        Rest(declaration, fact, name => name is not ("kind" or "inputs" or "details") && !Told.Contains(name));
        members.Add(new Member(new Name("errorDeclaration"), new Group(declaration)));
        return (members, contexts);
    }

    // What the standard has no member for, under the fact's own names.
    private static void Rest(List<Member> members, Fact fact, Func<string, bool> isLeft)
    {
        var said = JsonSource.Object(FactWriter.Bytes(fact with { ItemsBeside = null, InputsBeside = null, Details = default, DetailsBeside = null })).Members;
        members.AddRange(said.Members.Where(m => isLeft(m.Name.ToString())).Select(m => new Member(Own(m.Name.ToString()), m.Name.ToString() is "items" or "inputs" or "parent" or "criterion" ? AsUris(m.Value) : m.Value)));
    }

    // gs1: is a prefix of the standard's, and an identity as we write it begins so.
    private static Node AsUris(Node value) => value switch
    {
        Text text when Identity.Read(text.Value) is { IsRead: true } named => new Text(named.Value.ToUri()),
        Items items => new Items([.. items.All.Select(AsUris)]),
        Group group => new Group([.. group.Members.Select(m => new Member(m.Name, m.Name.ToString() is "quantity" or "unit" or "madeFrom" or "madeUntil" ? m.Value : AsUris(m.Value)))]),
        _ => value,
    };

    // Of the types that a row can name.
    private static bool HasParent(string type) => type is nameof(EventTypes.AggregationEvent) or nameof(EventTypes.AssociationEvent);

    private static void Items(List<Member> members, string type, Fact fact, Func<Identity, string, string>? spell)
    {
        var (things, classes) = Lists(type);
        Items(members, things, classes, fact.Items, spell);
        if (type == nameof(EventTypes.TransformationEvent))
        {
            Items(members, "inputEPCList", "inputQuantityList", fact.Inputs, spell);
            if (!Has(members, "inputEPCList") && !Has(members, "inputQuantityList") && !Has(members, "transformationID"))
            {
                // What came of what was not said: the standard asks for an id by which it may be said elsewhere.
                members.Add(Text("transformationID", EventId("", fact.Id)));
            }
        }
        else if (things == "epcList" && !Has(members, things) && !Has(members, classes))
        {
            // Such an event must have one of them, and the first may be empty.
            members.Add(new Member(new Name(things), new Items([])));
        }
    }

    private static string Spell(Identity item, string list, Func<Identity, string, string>? spell) => spell is null ? item.ToUri() : spell(item, list);

    private static void Items(List<Member> members, string things, string classes, IReadOnlyList<Quantified> items, Func<Identity, string, string>? spell)
    {
        if (!Has(members, things) && items.Any(i => !IsClass(i.Item)))
        {
            List<Node> named = new(items.Count);
            foreach (var (item, _, _) in items)
            {
                if (!IsClass(item))
                {
                    named.Add(new Text(Spell(item, things, spell)));
                }
            }

            members.Add(new Member(new Name(things), new Items(named)));
        }

        if (!Has(members, classes) && items.Any(i => IsClass(i.Item)) && items.Where(i => IsClass(i.Item)).Select(i => Amount(i, Spell(i.Item, classes, spell))).ToList() is { Count: > 0 } amounts)
        {
            members.Add(new Member(new Name(classes), new Items(amounts)));
        }
    }

    // An amount in a unit that EPCIS cannot write would be another amount: then only the class is named here.
    private static Node Amount(Quantified item, string name)
    {
        List<Member> amount = [Text("epcClass", name)];
        if (item.Quantity is { } quantity && IsWritable(item))
        {
            amount.Add(new Member(new Name("quantity"), new Number(quantity.ToString(CultureInfo.InvariantCulture))));
            amount.AddRange(item.Unit is { } unit ? [Text("uom", unit)] : []);
        }

        return new Group(amount);
    }

    // What leaves was last seen there; everything else is there afterwards, if the deed says so at all.
    private static void Where(List<Member> members, Fact fact)
    {
        if (fact.Place is { } place)
        {
            members.Add(At("readPoint", place));
            members.AddRange(fact.Kind.Whereabouts is Whereabouts.At or Whereabouts.Arrives ? [At("bizLocation", place)] : []);
        }

        Ends(members, "source", fact.From);
        Ends(members, "destination", fact.To);
        if (fact.References.Count > 0)
        {
            members.Add(new Member(new Name("bizTransactionList"), new Items([.. fact.References.Select(Paper)])));
        }

        static Member At(string name, Identity place) => new(new Name(name), new Group([Text("id", place.ToUri())]));
    }

    private static void Ends(List<Member> members, string name, End? end)
    {
        List<Node> ends = [];
        ends.AddRange(end?.Party is { } party ? [new Group([Text("type", "possessing_party"), Text(name, party.ToUri())])] : []);
        ends.AddRange(end?.Place is { } place ? [new Group([Text("type", "location"), Text(name, place.ToUri())])] : []);
        if (ends.Count > 0)
        {
            members.Add(new Member(new Name(name + "List"), new Items(ends)));
        }
    }

    private static Node Paper(Reference reference)
    {
        List<Member> paper = [];
        if (reference.Type != "other")
        {
            var isKnown = Cbv.BizTransaction.Has(reference.Type) || Uris.IsUri(reference.Type, isStrict: true);
            paper.Add(Text("type", isKnown ? reference.Type : TransactionType + Uri.EscapeDataString(reference.Type)));
        }

        paper.Add(Text("bizTransaction", Uris.IsUri(reference.Number, isStrict: true) ? reference.Number : Transaction + Uri.EscapeDataString(reference.Number)));
        return new Group(paper);
    }

    private static string Offset(EventTime time)
    {
        var minutes = Math.Abs((int)time.OffsetMinutes);
        return string.Create(CultureInfo.InvariantCulture, $"{(time.OffsetMinutes < 0 ? '-' : '+')}{minutes / 60:00}:{minutes % 60:00}");
    }

    private static bool IsWritable(Quantified item) => item.Unit is not { } unit || (unit.Length is 2 or 3 && unit.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)));

    private static bool Has(List<Member> members, string name) => members.Exists(m => m.Name.Local == name && m.Name.IsStandard);

    private static void Some(List<Member> members, string name, string cell)
    {
        if (cell != "-")
        {
            members.Add(Text(name, cell));
        }
    }

    private static Member Text(string name, string value) => new(new Name(name), new Text(value));

    private static Name Own(string name) => new(name, Prefix, Namespace);

    private static Name MasterData(string name) => new(name, "cbvmda", Contexts.CbvMasterData);

    private static readonly FrozenDictionary<string, int> Ranks = Shapes.Event.Fields.Select((f, i) => (f.Name, i)).ToFrozenDictionary(p => p.Name, p => p.i, StringComparer.Ordinal);

    // A dozen members, in order for the most part; what is of one rank stays as it was.
    private static void Sort(List<Member> members)
    {
        Span<int> ranks = members.Count <= 64 ? stackalloc int[64] : new int[members.Count];
        for (var i = 0; i < members.Count; i++)
        {
            var (member, rank) = (members[i], Rank(members[i]));
            var at = i;
            for (; at > 0 && ranks[at - 1] > rank; at--)
            {
                (members[at], ranks[at]) = (members[at - 1], ranks[at - 1]);
            }

            (members[at], ranks[at]) = (member, rank);
        }
    }

    private static int Rank(Member member) => member.Name.IsStandard && Ranks.TryGetValue(member.Name.Local, out var rank) ? rank : int.MaxValue;
}
