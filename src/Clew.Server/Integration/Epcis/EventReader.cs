using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Clew.Facts;
using Clew.Identification;

namespace Clew.Server.Integration.Epcis;

/// <summary>
/// One EPCIS event → one fact, and everything that is wrong with it.
/// </summary>
/// <remarks>
/// <para>
/// What the fact has a member for is read into it. Of the event itself everything is carried in <c>details.epcis.event</c> as it
/// was written, but for what the fact says without loss: its id, its time, and the lists of its objects; words of the CBV stand
/// in their short form. So the event can be written again: the fact's objects, and this.
/// </para>
/// <para>
/// <c>details.epcis.numbers</c> points to values that were JSON numbers and not integers (canonical JSON holds them as text);
/// <c>details.epcis.prefixes</c> has the GS1 company prefixes that the sender's EPC URNs showed, which our identities do not keep.
/// </para>
/// </remarks>
internal sealed class EventReader
{
    private static readonly FrozenDictionary<string, Member> Members = Enum.GetValues<Member>()
        .ToFrozenDictionary(m => m == Member.Context ? "@context" : char.ToLowerInvariant(m.ToString()[0]) + m.ToString()[1..], StringComparer.Ordinal);

    private static readonly string[] Names = [.. Members.OrderBy(m => (int)m.Value).Select(m => m.Key)];

    // Of a sensor report these are numbers by the standard.
    private static readonly FrozenSet<string> SensorNumbers = FrozenSet.Create(StringComparer.Ordinal, "value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue");

    private static readonly FrozenSet<string> Agencies = FrozenSet.Create(StringComparer.Ordinal, "gs1", "hibcc", "iccbba", "ifa", "ma", "ahm", "own");

    /// <summary>Findings of one event: whoever sends a thousand wrong serials has one mistake to mend.</summary>
    private const int FindingsMax = 100;

    /// <summary>Company prefixes kept of one event: more than a handful means that somebody mixes the whole market into it.</summary>
    private const int PrefixesMax = 64;

    private readonly string path;
    private readonly JsonElement[] given = new JsonElement[Names.Length];
    private readonly List<Kept> kept = [];
    private Namespaces names;
    private List<Finding>? findings;
    private SortedSet<string>? terms;
    private HashSet<string>? unknownPrefixes;
    private List<string>? numbers;
    private List<string>? companyPrefixes;

    private EventReader(Namespaces names, string path)
    {
        this.names = names;
        this.path = path;
    }

    private enum Member
    {
        Type,
        EventID,
        EventTime,
        EventTimeZoneOffset,
        RecordTime,
        CertificationInfo,
        ErrorDeclaration,
        Action,
        BizStep,
        Disposition,
        PersistentDisposition,
        ReadPoint,
        BizLocation,
        BizTransactionList,
        SourceList,
        DestinationList,
        SensorElementList,
        Ilmd,
        EpcList,
        QuantityList,
        ParentID,
        ChildEPCs,
        ChildQuantityList,
        InputEPCList,
        InputQuantityList,
        OutputEPCList,
        OutputQuantityList,
        TransformationID,
        Context,
    }

    // A member of the event that is carried: as it was written, or as this word.
    private readonly record struct Kept(string Name, JsonElement Value, string? Word = null);

    /// <summary>Reads one event.</summary>
    /// <param name="names">What the document's context defines.</param>
    /// <param name="path">Where the event stands in the sender's document.</param>
    public static ReadFact Read(JsonElement written, Namespaces names, string path)
    {
        var reader = new EventReader(names, path);
        var fact = reader.Fact(written);
        var findings = reader.findings ?? (IReadOnlyList<Finding>)[];
        return new ReadFact(reader.HasErrors ? null : fact, findings, path);
    }

    private bool HasErrors { get; set; }

    private Fact? Fact(JsonElement written)
    {
        if (written.ValueKind != JsonValueKind.Object)
        {
            Wrong(FactFindings.WrongType, "", Word(written), "object");
            return null;
        }

        if (!JsonText.IsWhole(written))
        {
            Wrong(FactFindings.WrongType, "", "broken character", "string");
            return null;
        }

        var more = Sort(written);
        if (Has(Member.Context))
        {
            names = names.With(this[Member.Context]);
        }

        var (type, typeName) = ReadType();
        Drop(type, typeName);
        var action = ReadAction(type);
        var step = ReadWord(Member.BizStep, Cbv.BizStep);
        var disposition = ReadWord(Member.Disposition, Cbv.Disposition);
        var happened = ReadTime(type, typeName);
        var id = Has(Member.EventID) ? ReadUri(this[Member.EventID], At(Member.EventID)) : null;

        var items = new Objects(this);
        items.Add(Member.EpcList, Member.QuantityList);
        items.Add(Member.ChildEPCs, Member.ChildQuantityList);
        items.Add(Member.OutputEPCList, Member.OutputQuantityList);
        var inputs = new Objects(this);
        inputs.Add(Member.InputEPCList, Member.InputQuantityList);
        var parent = ReadParent(items);
        CheckShape(type, typeName, action);

        var place = ReadPlace(Member.BizLocation);
        var readPoint = ReadPlace(Member.ReadPoint);
        var from = ReadEnd(Member.SourceList, "source");
        var to = ReadEnd(Member.DestinationList, "destination");
        var references = ReadReferences();
        var (lot, expires) = ReadIlmd(type, action);
        CheckUris(Member.CertificationInfo);
        CheckText(Member.RecordTime);
        CheckText(Member.TransformationID);
        CheckDispositions();
        var hasAlarm = ReadSensors();
        var correction = ReadDeclaration();

        Keep(Member.CertificationInfo, Member.PersistentDisposition, Member.RecordTime, Member.ReadPoint, Member.BizLocation,
            Member.SourceList, Member.DestinationList, Member.SensorElementList, Member.Ilmd, Member.TransformationID);
        KeepMore(more);
        if (HasErrors || happened is not { } time)
        {
            return null;
        }

        var isAtPlace = parent?.Granularity == Granularity.Place;
        var (kind, outcome) = EventForms.Of(type, action, step, disposition, isAtPlace ? Where.ParentIsPlace : hasAlarm ? Where.Alarm : Where.Always);
        var fact = new Fact
        {
            Kind = kind,
            Id = id ?? "",
            Happened = time,
            Items = items.Read,
            Inputs = inputs.Read,
            Parent = isAtPlace ? null : parent,
            Place = (isAtPlace ? parent : null) ?? place ?? readPoint ?? kind.Whereabouts switch { Whereabouts.Departs => from?.Place, Whereabouts.Arrives => to?.Place, _ => null },
            From = from,
            To = to,
            References = references,
            Lot = lot,
            Expires = expires,
            Outcome = outcome,
        };
        return correction is null ? AsFarAsItGoes(fact) with { Details = Details() } : Correcting(fact, correction);
    }

    // Members into their places; what has none is handed back.
    private List<(string Name, JsonElement Value)>? Sort(JsonElement written)
    {
        List<(string, JsonElement)>? more = null;
        foreach (var member in written.EnumerateObject())
        {
            var name = member.Name;
            if (!Members.TryGetValue(name, out var place))
            {
                (more ??= []).Add((name, member.Value));
            }
            else if (Has(place))
            {
                Wrong(FactFindings.MemberTwice, "", name);
            }
            else if (member.Value.ValueKind != JsonValueKind.Null)
            {
                this[place] = member.Value;
            }
        }

        return more;
    }

    // ---------------------------------------------------------------------------------------------------- type, action, words, time

    private (EventTypes, string) ReadType()
    {
        if (!Has(Member.Type))
        {
            Wrong(EpcisFindings.Missing, At(Member.Type), "event", "type");
            return (EventTypes.Unknown, "event");
        }

        if (Text(this[Member.Type], At(Member.Type)) is not { } text)
        {
            return (EventTypes.Unknown, "event");
        }

        var name = names.Whole(text);
        name = name.StartsWith("https://ref.gs1.org/epcis/", StringComparison.Ordinal) ? name["https://ref.gs1.org/epcis/".Length..] : name;
        var type = name switch
        {
            "ObjectEvent" => EventTypes.ObjectEvent,
            "AggregationEvent" => EventTypes.AggregationEvent,
            "AssociationEvent" => EventTypes.AssociationEvent,
            "TransformationEvent" => EventTypes.TransformationEvent,
            "TransactionEvent" => EventTypes.TransactionEvent,
            _ => text.Contains(':', StringComparison.Ordinal) || names.TryFind(text, out _) ? EventTypes.Extended : EventTypes.Unknown,
        };
        if (type == EventTypes.Unknown)
        {
            Wrong(EpcisFindings.UnknownType, At(Member.Type), Short(text));
        }

        Note(text);
        kept.Add(new Kept(Names[(int)Member.Type], default, type == EventTypes.Extended ? text : name));
        return (type, Short(name));
    }

    // What this type of event does not have is kept as it is, and nothing follows from it.
    private void Drop(EventTypes type, string typeName)
    {
        for (var i = 0; i < given.Length; i++)
        {
            var member = (Member)i;
            if (Has(member) && type != EventTypes.Unknown && (Allowed(member) & type) == 0)
            {
                Wrong(EpcisFindings.NotOfThisType, At(member), Names[i], typeName);
                Keep(member);
                this[member] = default;
            }
        }
    }

    private static EventTypes Allowed(Member member) => member switch
    {
        Member.EpcList or Member.QuantityList => EventTypes.ObjectEvent | EventTypes.TransactionEvent | EventTypes.Extended,
        Member.ParentID => EventTypes.AggregationEvent | EventTypes.AssociationEvent | EventTypes.TransactionEvent | EventTypes.Extended,
        Member.ChildEPCs or Member.ChildQuantityList => EventTypes.AggregationEvent | EventTypes.AssociationEvent | EventTypes.Extended,
        Member.InputEPCList or Member.InputQuantityList or Member.OutputEPCList or Member.OutputQuantityList or Member.TransformationID => EventTypes.TransformationEvent | EventTypes.Extended,
        Member.Action => ~EventTypes.TransformationEvent,
        Member.Ilmd => EventTypes.ObjectEvent | EventTypes.TransformationEvent | EventTypes.Extended,
        _ => ~EventTypes.Unknown,
    };

    private EventAction ReadAction(EventTypes type)
    {
        if (!Has(Member.Action))
        {
            if (type is not (EventTypes.TransformationEvent or EventTypes.Extended or EventTypes.Unknown))
            {
                Wrong(EpcisFindings.Missing, At(Member.Action), "event", "action");
            }

            return EventAction.None;
        }

        if (Text(this[Member.Action], At(Member.Action)) is not { } text)
        {
            return EventAction.None;
        }

        kept.Add(new Kept("action", default, text));
        EventAction? action = text switch { "ADD" => EventAction.Add, "OBSERVE" => EventAction.Observe, "DELETE" => EventAction.Delete, _ => null };
        if (action is null)
        {
            Wrong(FactFindings.UnknownWord, At(Member.Action), Short(text), "ADD, OBSERVE, DELETE");
        }

        return action ?? EventAction.None;
    }

    private string? ReadWord(Member member, Cbv list)
    {
        if (!Has(member) || Text(this[member], At(member)) is not { } text)
        {
            return null;
        }

        var word = ReadWord(text, At(member), list);
        if (word is not null)
        {
            kept.Add(new Kept(Names[(int)member], default, word));
        }

        return word;
    }

    private string? ReadWord(string text, string at, Cbv list)
    {
        var word = list.Read(text);
        if (word is null)
        {
            Wrong(EpcisFindings.UnknownWord, at, Short(text), list.Name, Spelling.Nearest(text, list.Words));
        }
        else
        {
            Note(word);
        }

        return word;
    }

    // The instant is eventTime's; the offset at the place is eventTimeZoneOffset's, however eventTime was written.
    private EventTime? ReadTime(EventTypes type, string typeName)
    {
        EventTime? instant = null;
        if (Has(Member.EventTime))
        {
            instant = Time(this[Member.EventTime], At(Member.EventTime));
        }
        else
        {
            Wrong(EpcisFindings.Missing, At(Member.EventTime), typeName, "eventTime");
        }

        if (!Has(Member.EventTimeZoneOffset))
        {
            Wrong(EpcisFindings.Missing, At(Member.EventTimeZoneOffset), typeName, "eventTimeZoneOffset");
            return null;
        }

        if (Text(this[Member.EventTimeZoneOffset], At(Member.EventTimeZoneOffset)) is not { } text)
        {
            return null;
        }

        if (!TryOffset(text, out var minutes))
        {
            Wrong(EpcisFindings.Offset, At(Member.EventTimeZoneOffset), Short(text));
            return null;
        }

        if (instant is not { } time)
        {
            return null;
        }

        var local = time.AsDateTimeOffset().UtcTicks + (minutes * TimeSpan.TicksPerMinute);
        if (local < DateTime.MinValue.Ticks || local > DateTime.MaxValue.Ticks)
        {
            Wrong(FactFindings.TimeUnreadable, At(Member.EventTime), this[Member.EventTime].GetString()!);
            return null;
        }

        return time with { OffsetMinutes = minutes };
    }

    private static bool TryOffset(string text, out short minutes)
    {
        minutes = 0;
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':' || !CheckDigit.AreDigits(text.AsSpan(1, 2)) || !CheckDigit.AreDigits(text.AsSpan(4, 2)))
        {
            return false;
        }

        var (hours, rest) = (((text[1] - '0') * 10) + text[2] - '0', ((text[4] - '0') * 10) + text[5] - '0');
        minutes = (short)((text[0] == '-' ? -1 : 1) * ((hours * 60) + rest));
        return rest < 60 && Math.Abs(minutes) <= 14 * 60;
    }

    private EventTime? Time(JsonElement value, string at)
    {
        if (Text(value, at) is not { } text)
        {
            return null;
        }

        if (EventTime.TryRead(text, out var time))
        {
            return time;
        }

        Wrong(DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _) && !EventTime.HasOffset(text)
            ? FactFindings.TimeWithoutOffset
            : FactFindings.TimeUnreadable, at, Short(text));
        return null;
    }

    // ---------------------------------------------------------------------------------------------------- what

    /// <summary>Objects of one side of the event, from its list of single ones and its list of quantities.</summary>
    private sealed class Objects(EventReader reader)
    {
        private readonly List<Quantified> read = [];
        private HashSet<string>? seen;

        public IReadOnlyList<Quantified> Read => read;

        public void Add(Member single, Member quantities)
        {
            // A list that holds what an item cannot say is carried as it is besides.
            if (reader.Has(single) && !reader.ReadList(reader[single], At(single), ReadEpc))
            {
                reader.Keep(single);
            }

            if (reader.Has(quantities) && !reader.ReadList(reader[quantities], At(quantities), ReadQuantity))
            {
                reader.Keep(quantities);
            }
        }

        private bool ReadEpc(JsonElement element, string at, int i)
        {
            if (reader.TextOf(element, at, i) is not { } text || reader.ReadIdentity(text, at, i) is not { } identity)
            {
                return true;
            }

            // A lot among the single ones would be written back among the quantities.
            return Put(new Quantified(identity), at, i) && identity.Granularity is not (Granularity.Product or Granularity.Lot);
        }

        private bool ReadQuantity(JsonElement element, string list, int i)
        {
            var at = Index(list, i);
            if (element.ValueKind != JsonValueKind.Object)
            {
                reader.Wrong(FactFindings.WrongType, at, Word(element), "object");
                return true;
            }

            string? name = null;
            decimal? quantity = null;
            string? unit = null;
            var isWhole = true;
            foreach (var member in element.EnumerateObject())
            {
                if (member.NameEquals("epcClass"u8))
                {
                    name = reader.Text(member.Value, at + "/epcClass");
                }
                else if (member.NameEquals("quantity"u8))
                {
                    quantity = reader.Quantity(member.Value, at + "/quantity");
                }
                else if (member.NameEquals("uom"u8))
                {
                    unit = reader.Unit(member.Value, at + "/uom");
                }
                else
                {
                    isWhole = false;
                }
            }

            if (name is null)
            {
                if (!element.TryGetProperty("epcClass"u8, out _))
                {
                    reader.Wrong(EpcisFindings.Missing, at + "/epcClass", "quantity", "epcClass");
                }

                return true;
            }

            if (reader.ReadIdentity(name, at + "/epcClass", -1) is not { } identity)
            {
                return true;
            }

            // A class of assets or coupons (urn:epc:idpat:grai:…) is none of ours either.
            if (!Agencies.Contains(identity.Agency) || (identity.Granularity == Granularity.Unit && name.StartsWith("urn:epc:idpat:", StringComparison.Ordinal)))
            {
                reader.Wrong(EpcisFindings.ForeignClass, at + "/epcClass", Short(name));
                return false;
            }

            if (identity.Granularity is not (Granularity.Lot or Granularity.Product))
            {
                reader.Wrong(IdentificationFindings.WrongGranularity, at + "/epcClass", identity.Text, identity.Granularity.ToString(), nameof(Granularity.Lot));
                return true;
            }

            return Put(new Quantified(identity, quantity, unit), at, -1) && isWhole;
        }

        private bool Put(Quantified item, string at, int i)
        {
            if (read.Count == FactReader.ItemsMax)
            {
                var max = FactReader.ItemsMax.ToString(CultureInfo.InvariantCulture);
                reader.Once(new Finding(FactFindings.TooLong, reader.path, "event", $"more than {max} objects", max));
                return true;
            }

            // A list of the standard is a set: what stands twice in it is said once, and the list is carried as it was written.
            if (IsNew(item.Item.Text))
            {
                read.Add(item);
                return true;
            }

            reader.Add(new Finding(FactFindings.ItemTwice, reader.path + Index(at, i), item.Item.Text) { Severity = Severity.Warning });
            return false;
        }

        private bool IsNew(string text)
        {
            if (seen is null && read.Count < 8)
            {
                foreach (var (item, _, _) in read)
                {
                    if (item.Text == text)
                    {
                        return false;
                    }
                }

                return true;
            }

            seen ??= [.. read.Select(q => q.Item.Text)];
            return seen.Add(text);
        }
    }

    // Whether every element was read whole; what is wrong with one is said, and the others are read.
    private bool ReadList(JsonElement list, string at, Func<JsonElement, string, int, bool> read)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            Wrong(FactFindings.WrongType, at, Word(list), "array");
            return true;
        }

        var isWhole = true;
        var i = 0;
        foreach (var element in list.EnumerateArray())
        {
            isWhole &= read(element, at, i++);
        }

        return isWhole;
    }

    private decimal? Quantity(JsonElement value, string at)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            Wrong(FactFindings.WrongType, at, Word(value), "number");
            return null;
        }

        if (decimal.TryParse(value.GetRawText(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var quantity)
            && quantity > 0 && quantity < 1_000_000_000_000 && quantity.Scale <= 6)
        {
            return quantity;
        }

        Wrong(FactFindings.Quantity, at, Short(value.GetRawText()));
        return null;
    }

    private string? Unit(JsonElement value, string at)
    {
        if (Text(value, at) is not { } text)
        {
            return null;
        }

        if (text.Length is 2 or 3 && text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)))
        {
            return text;
        }

        Wrong(FactFindings.UnknownWord, at, Short(text), "KGM, LTR, EA, … (UN/ECE Rec. 20)");
        return null;
    }

    private Identity? ReadParent(Objects items)
    {
        if (!Has(Member.ParentID) || Text(this[Member.ParentID], At(Member.ParentID)) is not { } text || ReadIdentity(text, At(Member.ParentID), -1) is not { } parent)
        {
            return null;
        }

        for (var i = 0; i < items.Read.Count; i++)
        {
            if (items.Read[i].Item == parent)
            {
                Wrong(FactFindings.InsideItself, At(Member.ParentID), parent.Text);
                break;
            }
        }

        if (parent.Granularity == Granularity.Place)
        {
            Keep(Member.ParentID);
        }

        return parent;
    }

    private Identity? ReadIdentity(string text, string at, int i)
    {
        var read = Identity.Read(text);
        foreach (var finding in read.Findings)
        {
            Add(finding.Under(path + Index(at, i)));
        }

        if (text.StartsWith("urn:epc:", StringComparison.Ordinal))
        {
            NotePrefix(text);
        }

        return read.IsRead ? read.Value : null;
    }

    // urn:epc:id:sgtin:0614141.107346.2017 → 0614141
    private void NotePrefix(string urn)
    {
        var end = urn.IndexOf('.', StringComparison.Ordinal);
        var start = end < 0 ? -1 : urn.LastIndexOf(':', end) + 1;
        if (start > 0 && end - start is >= 6 and <= 12 && companyPrefixes?.Count is not PrefixesMax)
        {
            companyPrefixes ??= [];
            foreach (var known in companyPrefixes)
            {
                if (urn.AsSpan(start, end - start).SequenceEqual(known))
                {
                    return;
                }
            }

            companyPrefixes.Add(urn[start..end]);
        }
    }

    // What the standard asks of each type of event.
    private void CheckShape(EventTypes type, string typeName, EventAction action)
    {
        var needsParent = type == EventTypes.AssociationEvent || (type == EventTypes.AggregationEvent && action is (EventAction.Add or EventAction.Delete));
        Need(!needsParent || Has(Member.ParentID), Member.ParentID);
        switch (type)
        {
            case EventTypes.ObjectEvent:
                Need(Has(Member.EpcList) || Has(Member.QuantityList) || (Has(Member.SensorElementList) && Has(Member.ReadPoint)), Member.EpcList);
                break;
            case EventTypes.AggregationEvent or EventTypes.AssociationEvent:
                Need(action is EventAction.Delete or EventAction.None || Has(Member.ChildEPCs) || Has(Member.ChildQuantityList), Member.ChildEPCs);
                break;
            case EventTypes.TransformationEvent:
                Need(Has(Member.TransformationID) || Has(Member.InputEPCList) || Has(Member.InputQuantityList), Member.InputEPCList);
                Need(Has(Member.TransformationID) || Has(Member.OutputEPCList) || Has(Member.OutputQuantityList), Member.OutputEPCList);
                break;
            case EventTypes.TransactionEvent:
                Need(Has(Member.BizTransactionList), Member.BizTransactionList);
                Need(action == EventAction.Delete || Has(Member.EpcList) || Has(Member.QuantityList), Member.EpcList);
                break;
        }

        void Need(bool isGiven, Member member)
        {
            if (!isGiven)
            {
                Wrong(EpcisFindings.Missing, At(member), typeName, Names[(int)member]);
            }
        }
    }

    // ---------------------------------------------------------------------------------------------------- where, why

    private Identity? ReadPlace(Member member)
    {
        if (!Has(member))
        {
            return null;
        }

        var (value, at) = (this[member], At(member));
        if (value.ValueKind != JsonValueKind.Object)
        {
            Wrong(FactFindings.WrongType, at, Word(value), "object");
            return null;
        }

        if (!value.TryGetProperty("id"u8, out var id))
        {
            Wrong(EpcisFindings.Missing, at + "/id", Names[(int)member], "id");
            return null;
        }

        return Text(id, at + "/id") is { } text ? ReadPlaceOrParty(text, at + "/id", Granularity.Place) : null;
    }

    private Identity? ReadPlaceOrParty(string text, string at, Granularity expected)
    {
        var read = Identity.Read(text, "", expected);
        if (read.IsRead)
        {
            AddAll(read.Findings, at);
            return read.Value;
        }

        if (!read.Findings.Any(f => f.Kind == IdentificationFindings.WrongGranularity))
        {
            AddAll(read.Findings, at);
            return null;
        }

        // EPCIS 1.x named parties by SGLN, and many still do: the number is the party's as well.
        if (expected == Granularity.Party && Identity.Read(text, "", Granularity.Place) is var place && place.IsRead && place.Value.Agency == "gs1")
        {
            return Identity.Read("gs1:417/" + place.Value.ProductCode).Value;
        }

        Wrong(EpcisFindings.NoPlace, at, Short(text));
        return null;
    }

    private End? ReadEnd(Member member, string name)
    {
        Identity? possessing = null, owning = null, location = null;
        if (Has(member))
        {
            ReadList(this[member], At(member), (element, list, i) =>
            {
                var at = Index(list, i);
                var (type, value) = ReadPair(element, at, name, Cbv.SourceDestination, needsType: true);
                if (value is null)
                {
                    return true;
                }

                switch (type)
                {
                    case "possessing_party": possessing ??= ReadPlaceOrParty(value, $"{at}/{name}", Granularity.Party); break;
                    case "owning_party": owning ??= ReadPlaceOrParty(value, $"{at}/{name}", Granularity.Party); break;
                    case "location": location ??= ReadPlaceOrParty(value, $"{at}/{name}", Granularity.Place); break;
                    default: break;
                }

                return true;
            });
        }

        var party = possessing ?? owning;
        return party is null && location is null ? null : new End(party, location);
    }

    private List<Reference> ReadReferences()
    {
        var references = new List<Reference>();
        if (Has(Member.BizTransactionList) && !ReadList(this[Member.BizTransactionList], At(Member.BizTransactionList), (element, list, i) =>
        {
            var (type, number) = ReadPair(element, Index(list, i), "bizTransaction", Cbv.BizTransaction, needsType: false);
            if (number is not null)
            {
                references.Add(new Reference(type ?? "other", number));
            }

            return type is not null && number is not null && element.EnumerateObject().Count() == 2;
        }))
        {
            Keep(Member.BizTransactionList);
        }

        return references;
    }

    private (string? Type, string? Value) ReadPair(JsonElement element, string at, string name, Cbv list, bool needsType)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            Wrong(FactFindings.WrongType, at, Word(element), "object");
            return default;
        }

        string? type = null;
        if (element.TryGetProperty("type"u8, out var written))
        {
            type = Text(written, at + "/type") is { } word ? ReadWord(word, at + "/type", list) : null;
        }
        else if (needsType)
        {
            Wrong(EpcisFindings.Missing, at + "/type", name, "type");
        }

        if (!element.TryGetProperty(name, out var value))
        {
            Wrong(EpcisFindings.Missing, $"{at}/{name}", name, name);
            return (type, null);
        }

        return (type, ReadUri(value, $"{at}/{name}"));
    }

    // ---------------------------------------------------------------------------------------------------- how

    private (string? Lot, DateOnly? Expires) ReadIlmd(EventTypes type, EventAction action)
    {
        if (!Has(Member.Ilmd))
        {
            return default;
        }

        var (value, at) = (this[Member.Ilmd], At(Member.Ilmd));
        if (value.ValueKind != JsonValueKind.Object)
        {
            Wrong(FactFindings.WrongType, at, Word(value), "object");
            return default;
        }

        if (type == EventTypes.ObjectEvent && action is (EventAction.Observe or EventAction.Delete))
        {
            Wrong(EpcisFindings.NotOfThisType, at, "ilmd", action.ToString().ToUpperInvariant());
            return default;
        }

        string? lot = null;
        DateOnly? expires = null;
        foreach (var member in value.EnumerateObject())
        {
            var name = member.Name;
            NoteMember(name, at + "/" + Escaped(name));
            switch (names.Whole(name))
            {
                case "urn:epcglobal:cbv:mda:lotNumber" or "urn:epcglobal:cbv:mdalotNumber" or "https://gs1.org/voc/hasBatchLotNumber" or "https://ref.gs1.org/voc/hasBatchLotNumber":
                    lot = member.Value.ValueKind == JsonValueKind.String ? Text(member.Value, at + "/" + Escaped(name)) : null;
                    break;
                case "urn:epcglobal:cbv:mda:itemExpirationDate" or "urn:epcglobal:cbv:mdaitemExpirationDate" or "https://gs1.org/voc/expirationDate" or "https://ref.gs1.org/voc/expirationDate":
                    expires = member.Value.ValueKind == JsonValueKind.String ? Day(member.Value, at + "/" + Escaped(name)) : null;
                    break;
                default:
                    break;
            }
        }

        return (string.IsNullOrEmpty(lot) ? null : lot, expires);
    }

    private DateOnly? Day(JsonElement value, string at)
    {
        if (Text(value, at) is not { } text)
        {
            return null;
        }

        if ((text.Length == 10 || (text.Length > 10 && text[10] == 'T'))
            && DateOnly.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        Add(new Finding(FactFindings.DateUnreadable, path + at, Short(text)) { Severity = Severity.Warning });
        return null;
    }

    private void CheckDispositions()
    {
        if (!Has(Member.PersistentDisposition))
        {
            return;
        }

        var (value, at) = (this[Member.PersistentDisposition], At(Member.PersistentDisposition));
        if (value.ValueKind != JsonValueKind.Object)
        {
            Wrong(FactFindings.WrongType, at, Word(value), "object");
            return;
        }

        foreach (var side in (string[])["set", "unset"])
        {
            if (value.TryGetProperty(side, out var list))
            {
                ReadList(list, $"{at}/{side}", (element, _, i) =>
                {
                    if (TextOf(element, $"{at}/{side}", i) is { } text)
                    {
                        ReadWord(text, Index($"{at}/{side}", i), Cbv.Disposition);
                    }

                    return true;
                });
            }
        }
    }

    // Whether a sensor reports an alarm. Its values are carried; what they mean is asked later.
    private bool ReadSensors()
    {
        var hasAlarm = false;
        if (Has(Member.SensorElementList))
        {
            ReadList(this[Member.SensorElementList], At(Member.SensorElementList), (element, list, i) =>
            {
                if (element.ValueKind != JsonValueKind.Object)
                {
                    Wrong(FactFindings.WrongType, Index(list, i), Word(element), "object");
                }
                else if (element.TryGetProperty("sensorReport"u8, out var reports))
                {
                    ReadList(reports, Index(list, i) + "/sensorReport", (report, at, n) =>
                    {
                        if (report.ValueKind != JsonValueKind.Object)
                        {
                            Wrong(FactFindings.WrongType, Index(at, n), Word(report), "object");
                        }
                        else if (report.TryGetProperty("exception"u8, out var exception))
                        {
                            hasAlarm |= exception.ValueKind == JsonValueKind.String && exception.ValueEquals("ALARM_CONDITION"u8);
                        }

                        return true;
                    });
                }
                else
                {
                    Wrong(EpcisFindings.Missing, Index(list, i) + "/sensorReport", "sensorElement", "sensorReport");
                }

                return true;
            });
        }

        return hasAlarm;
    }

    // One URI, or a list of them.
    private void CheckUris(Member member)
    {
        if (!Has(member))
        {
            return;
        }

        var (value, at) = (this[member], At(member));
        if (value.ValueKind == JsonValueKind.Array)
        {
            ReadList(value, at, (element, _, i) => ReadUri(element, Index(at, i)) is not null);
        }
        else
        {
            ReadUri(value, at);
        }
    }

    private void CheckText(Member member)
    {
        if (Has(member))
        {
            Text(this[member], At(member));
        }
    }

    // ---------------------------------------------------------------------------------------------------- corrections

    private sealed record Declaration(EventTime Declared, CorrectionReason Reason, List<string> ReplacedBy);

    private Declaration? ReadDeclaration()
    {
        if (!Has(Member.ErrorDeclaration))
        {
            return null;
        }

        var (value, at) = (this[Member.ErrorDeclaration], At(Member.ErrorDeclaration));
        if (value.ValueKind != JsonValueKind.Object)
        {
            Wrong(FactFindings.WrongType, at, Word(value), "object");
            return null;
        }

        EventTime? declared = null;
        if (value.TryGetProperty("declarationTime"u8, out var time))
        {
            declared = Time(time, at + "/declarationTime");
        }
        else
        {
            Wrong(EpcisFindings.Missing, at + "/declarationTime", "errorDeclaration", "declarationTime");
        }

        var reason = value.TryGetProperty("reason"u8, out var written) && Text(written, at + "/reason") is { } text ? ReadWord(text, at + "/reason", Cbv.ErrorReason) : null;
        List<string> replacedBy = [];
        if (value.TryGetProperty("correctiveEventIDs"u8, out var list))
        {
            ReadList(list, at + "/correctiveEventIDs", (element, ids, i) =>
            {
                if (ReadUri(element, Index(ids, i)) is { } id)
                {
                    replacedBy.Add(id);
                }

                return true;
            });
        }

        if (reason == "did_not_occur" && replacedBy.Count > 0)
        {
            Wrong(EpcisFindings.DidNotOccur, at + "/correctiveEventIDs");
        }

        return declared is { } instant ? new Declaration(instant, reason == "did_not_occur" ? CorrectionReason.DidNotOccur : CorrectionReason.IncorrectData, replacedBy) : null;
    }

    // The event with the error declaration is the event that does not stand, said once more. It has no id of its own: it gets one
    // from its content. Where the event had none either, we gave it one from its content, and find it again the same way.
    private Fact Correcting(Fact declared, Declaration declaration)
    {
        var target = declared.Id;
        if (target.Length == 0)
        {
            var original = kept.FindAll(k => k.Name != "recordTime");
            var bytes = FactWriter.Bytes(AsFarAsItGoes(declared) with { Details = Details(original) });
            target = "ni:///sha-256;" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        }

        Keep(Member.EventTime, Member.EventTimeZoneOffset, Member.ErrorDeclaration);
        return new Fact
        {
            Kind = Vocabulary.Corrected,
            Id = "",
            Happened = declaration.Declared,
            Items = declared.Items,
            Inputs = declared.Inputs,
            Parent = declared.Parent,
            References = declared.References,
            Corrects = new Correction(target, declaration.Reason, declaration.ReplacedBy),
            Details = Details(),
        };
    }

    // Where EPCIS says what a kind asks for. A certificate, a case, a scope have no place in an event yet.
    private static readonly (Required Part, string Name)[] Lacking =
    [
        (Required.Items, "epcList"), (Required.Parent, "parentID"), (Required.Place, "bizLocation"), (Required.To, "destinationList"), (Required.Outcome, "disposition"),
        (Required.Certificate, "certificate"), (Required.Case, "case"), (Required.Criterion, "criterion"), (Required.Corrects, "errorDeclaration"), (Required.Describes, "epcisMasterData"),
    ];

    // A kind that asks for more than the event says is not that kind: it is kept as an observation.
    private Fact AsFarAsItGoes(Fact fact)
    {
        var lacks = fact.Kind.Requires & ~(
            (fact.Items.Count > 0 ? Required.Items : 0) | (fact.Parent is not null ? Required.Parent : 0) | (fact.Place is not null ? Required.Place : 0)
            | (fact.To is not null ? Required.To : 0) | (fact.Outcome is not null ? Required.Outcome : 0));
        if (lacks == Required.To)
        {
            // It has left, wherever to.
            Once(new Finding(EpcisFindings.NoDestination, path + At(Member.DestinationList)));
            return fact;
        }

        if (lacks == Required.Nothing || (fact.Kind == Vocabulary.Observed && lacks == Required.Items))
        {
            return fact;
        }

        Once(new Finding(EpcisFindings.OnlyObserved, path, fact.Kind.Word, string.Join(", ", Lacking.Where(l => (lacks & l.Part) != 0).Select(l => l.Name))));
        return fact with { Kind = Vocabulary.Observed, Outcome = null };
    }

    private void Once(Finding finding)
    {
        if (findings?.Exists(f => f.Kind == finding.Kind && f.Path == finding.Path) != true)
        {
            Add(finding);
        }
    }

    // ---------------------------------------------------------------------------------------------------- what is carried

    private void Keep(params ReadOnlySpan<Member> members)
    {
        foreach (var member in members)
        {
            if (Has(member) && !kept.Exists(k => k.Name == Names[(int)member]))
            {
                Keep(Names[(int)member], this[member]);
            }
        }
    }

    private void KeepMore(List<(string Name, JsonElement Value)>? more)
    {
        foreach (var (name, value) in more ?? [])
        {
            if (kept.Exists(k => k.Name == name))
            {
                Wrong(FactFindings.MemberTwice, "", Short(name));
                continue;
            }

            NoteMember(name, "/" + Escaped(name));
            Keep(name, value);
        }
    }

    private void Keep(string name, JsonElement value)
    {
        Walk(value, "/" + name, name == "sensorElementList");
        kept.Add(new Kept(name, value));
    }

    // Which of the sender's own prefixes and terms a value uses, and which of its numbers canonical JSON holds as text.
    private void Walk(JsonElement value, string at, bool isSensor)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    var name = member.Name;
                    Note(name);
                    if (!(isSensor && member.Value.ValueKind == JsonValueKind.Number && SensorNumbers.Contains(name)))
                    {
                        Walk(member.Value, $"{at}/{Escaped(name)}", isSensor);
                    }
                }

                break;
            case JsonValueKind.Array:
                var i = 0;
                foreach (var element in value.EnumerateArray())
                {
                    Walk(element, Index(at, i++), isSensor);
                }

                break;
            case JsonValueKind.Number when !value.TryGetInt64(out var integer) || Math.Abs(integer) > 9_007_199_254_740_991:
                (numbers ??= []).Add(at);
                break;
            default:
                break;
        }
    }

    // A member of the event or its ilmd that the standard does not know must have a namespace.
    private void NoteMember(string name, string at)
    {
        if (name.Contains(':', StringComparison.Ordinal) || name.StartsWith('@') || names.TryFind(name, out _) || names.Addresses.Count > 0)
        {
            Note(name);
        }
        else
        {
            Wrong(EpcisFindings.UnknownMember, at, Short(name));
        }
    }

    private void Note(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var term = colon > 0 ? name[..colon] : name;
        if (names.TryFind(term, out _))
        {
            (terms ??= new(StringComparer.Ordinal)).Add(term);
        }
        else if (colon > 0 && !Namespaces.IsKnown(term) && names.Addresses.Count == 0 && (unknownPrefixes ??= []).Add(term))
        {
            Wrong(EpcisFindings.UnknownPrefix, "", Short(term));
        }
    }

    private byte[] Details() => Details(kept);

    private byte[] Details(List<Kept> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        var json = new CanonicalJson(buffer);
        json.StartObject();
        json.Name("epcis"u8);
        json.StartObject();
        json.Name("event"u8);
        json.StartObject();
        members.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        var hasContext = terms is not null || names.Addresses.Count > 0;
        foreach (var (name, value, word) in members)
        {
            if (hasContext && string.CompareOrdinal(name, "@context") > 0)
            {
                WriteContext(json);
                hasContext = false;
            }

            try
            {
                json.Name(name);
                if (word is null)
                {
                    json.Value(value);
                }
                else
                {
                    json.String(word);
                }
            }
            catch (JsonException e)
            {
                Once(new Finding(FactFindings.Details, $"{path}/{Escaped(name)}", e.Message));
            }
        }

        json.EndObject();
        WriteTexts(json, "numbers"u8, numbers);
        WriteTexts(json, "prefixes"u8, companyPrefixes);
        json.EndObject();
        json.EndObject();
        if (buffer.WrittenCount > FactReader.DetailsMax)
        {
            Once(new Finding(FactFindings.TooLong, path, "event", buffer.WrittenCount.ToString(CultureInfo.InvariantCulture) + " bytes", FactReader.DetailsMax.ToString(CultureInfo.InvariantCulture)));
        }

        return buffer.WrittenSpan.ToArray();
    }

    // Only what the event uses of it; the standard's own context goes without saying.
    private void WriteContext(CanonicalJson json)
    {
        try
        {
            json.Name("@context"u8);
            json.StartArray();
            foreach (var address in names.Addresses)
            {
                json.String(address);
            }

            if (terms is not null)
            {
                json.StartObject();
                foreach (var term in terms)
                {
                    if (names.TryFind(term, out var defined))
                    {
                        json.Name(term);
                        json.Value(defined);
                    }
                }

                json.EndObject();
            }

            json.EndArray();
        }
        catch (JsonException e)
        {
            Once(new Finding(FactFindings.Details, path + "/@context", e.Message));
        }
    }

    private static void WriteTexts(CanonicalJson json, ReadOnlySpan<byte> name, List<string>? texts)
    {
        if (texts is null)
        {
            return;
        }

        json.Name(name);
        json.StartArray();
        foreach (var text in texts)
        {
            json.String(text);
        }

        json.EndArray();
    }

    // ---------------------------------------------------------------------------------------------------- small change

    private JsonElement this[Member member]
    {
        get => given[(int)member];
        set => given[(int)member] = value;
    }

    private bool Has(Member member) => given[(int)member].ValueKind != JsonValueKind.Undefined;

    private static string At(Member member) => "/" + Names[(int)member];

    private static string Index(string at, int i) => i < 0 ? at : string.Create(CultureInfo.InvariantCulture, $"{at}/{i}");

    private string? Text(JsonElement value, string at) => TextOf(value, at, -1);

    // Its place in a list becomes part of a path only when there is something to say.
    private string? TextOf(JsonElement value, string at, int i)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            Wrong(FactFindings.WrongType, Index(at, i), Word(value), "string");
            return null;
        }

        var text = value.GetString()!;
        if (text.Length <= FactReader.TextMax)
        {
            return text;
        }

        Wrong(FactFindings.TooLong, Index(at, i), Index(at, i)[1..], text.Length.ToString(CultureInfo.InvariantCulture) + " characters", FactReader.TextMax.ToString(CultureInfo.InvariantCulture));
        return null;
    }

    private string? ReadUri(JsonElement value, string at)
    {
        if (Text(value, at) is not { } text)
        {
            return null;
        }

        // As the schema's "format: uri" has it: a scheme, a colon, something behind, no blanks.
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && colon < text.Length - 1 && char.IsAsciiLetter(text[0]) && text.AsSpan().IndexOfAnyInRange('\0', ' ') < 0)
        {
            return text;
        }

        Wrong(EpcisFindings.NoUri, at, Short(text));
        return null;
    }

    private void Wrong(FindingKind sort, string at, params string[] arguments) => Add(new Finding(sort, path + at, arguments));

    private void AddAll(IReadOnlyList<Finding> read, string at)
    {
        foreach (var finding in read)
        {
            Add(finding.Under(path + at));
        }
    }

    // The first error is said however many warnings stand before it.
    private void Add(Finding finding)
    {
        var isError = finding.Severity == Severity.Error;
        if ((findings ??= []).Count < FindingsMax || (isError && !HasErrors))
        {
            findings.Add(finding);
        }

        HasErrors |= isError;
    }

    private static string Short(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 80), "…");

    // RFC 6901
    private static string Escaped(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static string Word(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
