using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Clew.Epcis;

/// <summary>
/// Events in the order of a member of somebody's own, at the top of the event: numbers first, then times, then texts by their code points.
/// Of several values the first counts. What has no such member comes last, in the order of the world, whichever way the order goes.
/// </summary>
public sealed class FieldOrder
{
    /// <summary>Bytes of a text that are compared; what is the same so far is in the order of the world.</summary>
    private const int TextMax = 200;

    private readonly OwnName name;

    internal FieldOrder(OwnName name) => this.name = name;

    /// <summary>What <see cref="Keys"/> puts under this member: the same for all whose last part is the same.</summary>
    public long Term => EventTerms.Term(EventTerms.Member, name.Local);

    /// <summary>The event's place in this order, compared byte by byte; nothing where it has no such member.</summary>
    public byte[]? Key(EpcisEvent read)
    {
        foreach (var member in read.Members.Members)
        {
            if (name.Is(member.Name) && !IsOurs(member.Name) && Key(member.Value) is { } key)
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>The event's places in all such orders, each once.</summary>
    public static IEnumerable<(long Term, byte[] Key)> Keys(EpcisEvent read)
    {
        HashSet<(long, string)> seen = [];
        foreach (var member in read.Extensions.Where(m => !IsOurs(m.Name)))
        {
            var term = EventTerms.Term(EventTerms.Member, member.Name.Local.TrimStart('@'));
            if (Key(member.Value) is { } key && seen.Add((term, Convert.ToHexString(key))))
            {
                yield return (term, key);
            }
        }
    }

    // What a fact says besides is found by what it says; nobody orders by it, and every fact would pay for it.
    private static bool IsOurs(Name name) => name.Namespace == FactAsEvent.Namespace;

    private static byte[]? Key(Node value) => value switch
    {
        Items items => items.All.Select(Key).FirstOrDefault(k => k is not null),
        Group group => group["#text"] is { } text ? Key(text) : null,
        Number number => OfNumber(number.Digits),
        Text { Value: var said } => OfNumber(said) ?? (EventQuery.Time(said) is { } time ? Sorted(2, time) : OfText(said)),
        Flag flag => OfText(flag.Value ? "true" : "false"),
        _ => null,
    };

    // The bits of a double are in order once the sign is turned, and below nought all of them. XML has numbers as texts.
    private static byte[]? OfNumber(string digits)
    {
        if (!double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            return null;
        }

        var bits = BitConverter.DoubleToInt64Bits(number == 0 ? 0 : number);
        return Sorted(1, bits < 0 ? ~bits ^ long.MinValue : bits);
    }

    private static byte[] OfText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [3, .. bytes.AsSpan(0, Math.Min(bytes.Length, TextMax))];
    }

    private static byte[] Sorted(byte kind, long value)
    {
        var key = new byte[9];
        key[0] = kind;
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(1), value ^ long.MinValue);
        return key;
    }
}
