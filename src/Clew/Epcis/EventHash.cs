using System.Security.Cryptography;
using System.Text;

namespace Clew.Epcis;

/// <summary>In which order the lists of an event stand before it is hashed.</summary>
public enum HashOrder
{
    /// <summary>That of the table in CBV 2.0, which the implementations in Java and JavaScript follow as well.</summary>
    Table,

    /// <summary>That of the reference implementation in Python: transactions, destinations, ILMD, sources behind the sensors, by their names.</summary>
    Reference,
}

/// <summary>
/// The event hash of CBV 2.0 (section 8.9): the same for one event in whatever form it is written. What it leaves out (record time,
/// error declaration, the id itself) it does not protect; for that there is the ledger's own chain.
/// </summary>
public static class EventHash
{
    /// <summary>The version of the CBV whose algorithm this is, as it stands in every hash.</summary>
    public const string Version = "CBV2.0";

    // Behind all else by name, where the reference puts them.
    private static readonly HashSet<string> Contested = new(StringComparer.Ordinal) { "bizTransactionList", "sourceList", "destinationList" };

    /// <summary>The hash as a named information URI.</summary>
    public static string Of(EpcisEvent read, HashOrder order = HashOrder.Table) =>
        $"ni:///sha-256;{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text(read, order))))}?ver={Version}";

    /// <summary>What is hashed.</summary>
    public static string Text(EpcisEvent read, HashOrder order = HashOrder.Table)
    {
        var rest = new List<string>();
        var text = new StringBuilder("eventType=").Append(read.TypeName);
        var fields = order == HashOrder.Table ? Shapes.Event.Fields : [.. Shapes.Event.Fields.OrderBy(ReferenceRank)];
        foreach (var field in fields)
        {
            if (!field.IsHashed || read.Members[field.Name] is not { } value)
            {
                continue;
            }

            var leftover = new List<string>();
            var said = Said(field, value, leftover);
            if (leftover.Count > 0)
            {
                leftover.Sort(StringComparer.Ordinal);
                rest.Add(field.Name + string.Concat(leftover));
            }

            if (order == HashOrder.Reference && Contested.Contains(field.Name))
            {
                rest.Add(said);
            }
            else
            {
                text.Append(said);
            }
        }

        if (read.Members["ilmd"] is Group { Members.Count: > 0 } ilmd)
        {
            rest.Add("ilmd" + Free(ilmd));
        }

        foreach (var member in read.Extensions)
        {
            rest.AddRange(Each(member));
        }

        rest.Sort(StringComparer.Ordinal);
        return text.AppendJoin("", rest).ToString();
    }

    // The reference names the parent before the lists.
    private static int ReferenceRank(Field field) => field.Name switch { "eventTime" => 0, "eventTimeZoneOffset" => 1, "certificationInfo" => 2, "parentID" => 3, _ => 4 };

    private static string Said(Field field, Node value, List<string> leftover)
    {
        var name = field.Name;
        switch (value)
        {
            case Items items when field.Xml == InXml.Repeated:
                return Sorted(items.All.Select(i => One(i, field.Shape.Of!, leftover)).Where(s => s.Length > 0).Select(s => name + s));
            case Items items:
                var isPair = field.Shape.Of!.Fields.Any(f => f.Xml == InXml.Content);
                var all = Sorted(items.All.Select(i => One(i, field.Shape.Of!, leftover)).Where(s => s.Length > 0).Select(s => (isPair ? "" : field.Shape.Item) + s));
                return all.Length == 0 ? "" : name + all;
            default:
                var one = One(value, field.Shape.Of ?? field.Shape, leftover);
                return one.Length == 0 ? "" : name + one;
        }
    }

    private static string One(Node value, Shape shape, List<string> leftover)
    {
        if (value is not Group group)
        {
            return Value(value, shape) is { Length: > 0 } text ? "=" + text : "";
        }

        var said = new StringBuilder();
        foreach (var field in shape.Fields)
        {
            if (group[field.Name] is { } member)
            {
                var inner = new List<string>();
                var part = Said(field, member, inner);
                if (field.IsHashed)
                {
                    said.Append(part);
                    leftover.AddRange(inner.Select(i => (shape == Shapes.Event ? "" : ItemName(shape)) + field.Name + i));
                }
                else if (part.Length > 0)
                {
                    // The order does not name it: it goes to the end of the event, under the names of what it stands in.
                    leftover.Add(part);
                }
            }
        }

        var own = group.Members.Where(m => !m.Name.IsStandard || (Shapes.Find(shape, m.Name.Local) is null && shape.IsLoose)).SelectMany(Each).ToList();
        own.Sort(StringComparer.Ordinal);
        return said.AppendJoin("", own).ToString();
    }

    private static string ItemName(Shape shape) => Shapes.Find(shape, "sensorReport") is not null ? "sensorElement" : "";

    // A member of somebody's own: {namespace}name=value, each of a list by itself.
    private static IEnumerable<string> Each(Member member)
    {
        if (member.Name is { Namespace: Contexts.Rdfs, Local: "comment" } || member.Name == new Name("@context"))
        {
            return [];
        }

        var name = (member.Name.Namespace is { Length: > 0 } ns and not Contexts.Local ? $"{{{ns}}}" : "") + (member.Name.Namespace is null && member.Name.Prefix is not null ? member.Name.ToString() : member.Name.Local.TrimStart('@'));
        return member.Value is Items items ? items.All.Select(i => name + Free(i)) : [name + Free(member.Value)];
    }

    private static string Free(Node value)
    {
        if (value is not Group group)
        {
            return Value(value, null) is { Length: > 0 } text ? "=" + text : value is Items items ? string.Concat(items.All.Select(Free)) : "";
        }

        var text0 = group.Text("#text") is { Length: > 0 } said ? "=" + Canonical(said) : "";
        return text0 + Sorted(group.Members.Where(m => m.Name != new Name("#text")).SelectMany(Each));
    }

    private static string Value(Node value, Shape? shape) => value switch
    {
        Text text when shape?.Form == ValueForm.Time => Uris.Millisecond(text.Value.Trim()),
        Text text when shape?.Words is { } words => words.AsWeb(Canonical(text.Value)),
        Text text when shape?.Form == ValueForm.Offset => text.Value,
        Text text => Canonical(text.Value),
        Number number => Numbers.Canonical(number.Digits),
        Flag flag => flag.Value ? "true" : "false",
        _ => "",
    };

    private static string Canonical(string text)
    {
        text = text.Trim();
        foreach (var words in (ReadOnlySpan<Cbv>)[Cbv.BizStep, Cbv.Disposition, Cbv.BizTransaction, Cbv.SourceDestination, Cbv.ErrorReason])
        {
            if (text.StartsWith(words.Urn!, StringComparison.Ordinal))
            {
                return words.Web + text[words.Urn!.Length..];
            }
        }

        return text.StartsWith("gs1:", StringComparison.Ordinal) ? "https://gs1.org/voc/" + text[4..]
            : text.StartsWith("cbv:", StringComparison.Ordinal) ? "https://ref.gs1.org/cbv/" + text[4..]
            : Gs1Link.Of(text) ?? Numbers.Canonical(text);
    }

    private static string Sorted(IEnumerable<string> texts)
    {
        var all = texts.ToList();
        all.Sort(StringComparer.Ordinal);
        return string.Concat(all);
    }
}
