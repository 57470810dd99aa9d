namespace Clew.Epcis;

/// <summary>
/// What an event is found by: numbers of 64 bits, each for one thing that it says. They only find; whether an event is meant is decided by
/// <see cref="EventQuery.Matches"/>, so that two things with one number do no harm.
/// </summary>
public static class EventTerms
{
    /// <summary>Terms of one event; what is behind them is found by its other terms. A list of serials has one for each.</summary>
    private const int OwnMax = 200;

    /// <summary>A longer value is found by the name of its member.</summary>
    internal const int ValueMax = 200;

    // What a term is of. A letter never changes its meaning; what is meant otherwise gets another letter, and the index is told again.
    internal const char Type = 't';
    internal const char Step = 's';
    internal const char Disposition = 'd';
    internal const char ReadPoint = 'r';
    internal const char Location = 'l';
    internal const char Name = 'i';
    internal const char Product = 'g';
    internal const char Class = 'c';
    internal const char Paper = 'x';
    internal const char End = 'o';
    internal const char Persistent = 'p';
    internal const char Transformation = 'f';
    internal const char Member = 'n';
    internal const char Value = 'v';

    /// <summary>Of an event that says more than is written down of it: found by this where its own members are asked for.</summary>
    internal static readonly long More = Term(Member, "*");

    /// <summary>All terms of an event, each once.</summary>
    public static HashSet<long> Of(EpcisEvent read)
    {
        HashSet<long> terms = [];
        var members = read.Members;
        foreach (var type in read.Spellings(Bare(read.TypeName)))
        {
            terms.Add(Term(Type, type + "/" + read.Action));
        }

        if (read is { Type: EventTypes.Extended, Action: { } action })
        {
            terms.Add(Term(Type, "/" + action));
        }

        Words(terms, Step, "", read, read.BizStep);
        Words(terms, Disposition, "", read, read.Disposition);
        Id(terms, ReadPoint, members["readPoint"]);
        Id(terms, Location, members["bizLocation"]);
        foreach (var list in EventQuery.EpcLists)
        {
            foreach (var epc in members.List(list).OfType<Text>())
            {
                var name = EpcNames.Of(epc.Value);
                terms.Add(Term(Name, name));
                Word(terms, Product, EpcNames.Product(name));
            }
        }

        foreach (var list in EventQuery.ClassLists)
        {
            if (members.List(list).OfType<Group>().Any(g => g["quantity"] is not null))
            {
                terms.Add(Term(Member, "quantity"));
            }

            foreach (var name in members.List(list).OfType<Group>().Select(g => g.Text("epcClass")).OfType<string>().Select(EpcNames.Of))
            {
                terms.Add(Term(Class, name));
                Word(terms, Product, EpcNames.Product(name));
            }
        }

        foreach (var (list, name, kind) in EventQuery.Typed)
        {
            foreach (var value in members.List(list).OfType<Group>().Select(g => g.Text(name)).OfType<string>())
            {
                terms.Add(Term(kind, EpcNames.Of(value)));
            }
        }

        if (members["persistentDisposition"] is Group persistent)
        {
            foreach (var name in (string[])["set", "unset"])
            {
                foreach (var word in persistent.List(name).OfType<Text>())
                {
                    Words(terms, Persistent, name + "/", read, Cbv.Disposition.AsWord(word.Value));
                }
            }
        }

        Word(terms, Transformation, members.Text("transformationID"));
        var own = OwnMax;
        foreach (var member in members.Members)
        {
            if (!member.Name.IsStandard || member.Name.Local is "ilmd" or "sensorElementList" or "errorDeclaration" or "certificationInfo")
            {
                Own(terms, member.Name.Local, member.Value, ref own);
            }
            else if (member.Value is Group place && member.Name.Local is "readPoint" or "bizLocation")
            {
                foreach (var inside in ((Group)member.Value).Members.Where(m => m.Name != new Name("id")))
                {
                    Own(terms, inside.Name.Local, inside.Value, ref own);
                }
            }
        }

        return terms;
    }

    /// <summary>The number of one thing.</summary>
    internal static long Term(char kind, string text)
    {
        // FNV-1a over the characters, mixed once more: it need not withstand anybody, and it must be the same for ever.
        var hash = 14695981039346656037UL ^ kind;
        unchecked
        {
            foreach (var c in text)
            {
                hash = (hash ^ c) * 1099511628211UL;
            }

            hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
            return (long)(hash ^ (hash >> 33));
        }
    }

    // The member's name wherever it stands, and its value when that is short. The prefix is the sender's, the namespace perhaps unknown: the last part must do.
    private static void Own(HashSet<long> terms, string name, Node value, ref int left)
    {
        if (left-- <= 0)
        {
            terms.Add(More);
            return;
        }

        name = name.TrimStart('@');
        terms.Add(Term(Member, name));
        switch (value)
        {
            case Items items:
                foreach (var item in items.All)
                {
                    if (item is not Items)
                    {
                        Own(terms, name, item, ref left);
                    }
                }

                break;
            case Group group:
                foreach (var member in group.Members)
                {
                    if (member.Name.Local != "@context")
                    {
                        Own(terms, member.Name == new Name("#text") ? name : member.Name.Local, member.Value, ref left);
                    }
                }

                break;
            default:
                if (Said(value) is { Length: > 0 and <= ValueMax } said)
                {
                    terms.Add(Term(Value, name + "=" + said));
                }

                break;
        }
    }

    /// <summary>A single value as a term has it: numbers without zeros that say nothing, words of the CBV bare, names in their one spelling.</summary>
    internal static string Said(Node value) => value switch
    {
        Text text => Said(text.Value),
        Number number => Numbers.Canonical(number.Digits),
        Flag flag => flag.Value ? "true" : "false",
        _ => "",
    };

    /// <summary>The same of a text.</summary>
    internal static string Said(string text)
    {
        foreach (var words in (ReadOnlySpan<Cbv>)[Cbv.Measurement, Cbv.ErrorReason, Cbv.Component, Cbv.Alert])
        {
            if (words.Read(text) is { } word && words.Has(word))
            {
                return word;
            }
        }

        return EventQuery.Time(text) is { } time ? time.ToString(System.Globalization.CultureInfo.InvariantCulture) : EpcNames.Of(Numbers.Canonical(text));
    }

    private static void Words(HashSet<long> terms, char kind, string before, EpcisEvent read, string? word)
    {
        foreach (var spelling in word is null ? [] : read.Spellings(word))
        {
            terms.Add(Term(kind, before + spelling));
        }
    }

    private static void Word(HashSet<long> terms, char kind, string? word)
    {
        if (word is not null)
        {
            terms.Add(Term(kind, word));
        }
    }

    private static void Id(HashSet<long> terms, char kind, Node? place)
    {
        if ((place as Group)?.Text("id") is { } id)
        {
            terms.Add(Term(kind, EpcNames.Of(id)));
        }
    }

    internal static string Bare(string type) => type.StartsWith(EpcisEvent.Stem, StringComparison.Ordinal) ? type[EpcisEvent.Stem.Length..] : type.StartsWith("epcis:", StringComparison.Ordinal) ? type[6..] : type;
}
