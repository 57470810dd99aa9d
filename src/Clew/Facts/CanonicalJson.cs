using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Clew.Facts;

/// <summary>
/// Writes JSON in the one form that has one hash: RFC 8785 (JCS) with integers and strings only.
/// Members sorted by UTF-16 code unit, no white space, the shortest escapes; a decimal stands as a string of its digits as sent.
/// </summary>
/// <remarks>
/// Floating point is where JCS implementations disagree, so there is none: <c>23.50</c> from a sender becomes <c>"23.50"</c>,
/// and the sender's own bytes are kept beside it. Hashes cover the stored bytes; nobody needs to canonicalise again to check one.
/// </remarks>
public sealed class CanonicalJson
{
    private const string Hex = "0123456789abcdef";
    private const int DepthMax = 32;

    private readonly ArrayBufferWriter<byte> to;
    private bool comma;

    /// <summary>Writes behind what <paramref name="to"/> holds already.</summary>
    public CanonicalJson(ArrayBufferWriter<byte> to) => this.to = to;

    /// <summary>Begins an object.</summary>
    public void StartObject() => Start((byte)'{');

    /// <summary>Ends an object.</summary>
    public void EndObject() => End((byte)'}');

    /// <summary>Begins an array.</summary>
    public void StartArray() => Start((byte)'[');

    /// <summary>Ends an array.</summary>
    public void EndArray() => End((byte)']');

    /// <summary>A member's name: plain ASCII, and the caller goes through the names in ordinal order.</summary>
    public void Name(ReadOnlySpan<byte> asciiName)
    {
        Separate();
        var span = to.GetSpan(asciiName.Length + 3);
        span[0] = (byte)'"';
        asciiName.CopyTo(span[1..]);
        span[asciiName.Length + 1] = (byte)'"';
        span[asciiName.Length + 2] = (byte)':';
        to.Advance(asciiName.Length + 3);
        comma = false;
    }

    /// <summary>A member's name, whatever is in it.</summary>
    public void Name(ReadOnlySpan<char> name)
    {
        Separate();
        WriteString(name);
        to.Write(":"u8);
        comma = false;
    }

    /// <summary>A string value.</summary>
    public void String(ReadOnlySpan<char> value)
    {
        Separate();
        WriteString(value);
    }

    /// <summary>A string of which the caller knows that nothing in it needs escaping: a hash, a time, an identity.</summary>
    public void Plain(ReadOnlySpan<char> ascii)
    {
        Separate();
        var span = to.GetSpan(ascii.Length + 2);
        span[0] = (byte)'"';
        Encoding.ASCII.GetBytes(ascii, span[1..]);
        span[ascii.Length + 1] = (byte)'"';
        to.Advance(ascii.Length + 2);
    }

    /// <summary>An integer.</summary>
    public void Number(long value)
    {
        Separate();
        var span = to.GetSpan(20);
        value.TryFormat(span, out var written, provider: CultureInfo.InvariantCulture);
        to.Advance(written);
    }

    /// <summary>A quantity: an integer where it is one, else a string of its digits.</summary>
    public void Quantity(decimal value)
    {
        if (decimal.IsInteger(value) && Math.Abs(value) < long.MaxValue)
        {
            Number((long)value);
        }
        else
        {
            Plain(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>A truth value.</summary>
    public void Boolean(bool value) => Raw(value ? "true"u8 : "false"u8);

    /// <summary>Bytes that are canonical JSON already.</summary>
    public void Raw(ReadOnlySpan<byte> canonical)
    {
        Separate();
        to.Write(canonical);
    }

    /// <summary>Any JSON value, in its canonical form.</summary>
    /// <exception cref="JsonException">A member twice in one object, a lone surrogate, or nesting beyond 32.</exception>
    public void Value(JsonElement value) => Value(value, 0);

    /// <summary>The canonical bytes of one value.</summary>
    public static byte[] Of(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        new CanonicalJson(buffer).Value(value);
        return buffer.WrittenSpan.ToArray();
    }

    private void Value(JsonElement value, int depth)
    {
        if (depth > DepthMax)
        {
            throw new JsonException($"Nested deeper than {DepthMax}.");
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Object(value, depth);
                break;
            case JsonValueKind.Array:
                StartArray();
                foreach (var element in value.EnumerateArray())
                {
                    Value(element, depth + 1);
                }

                EndArray();
                break;
            case JsonValueKind.String:
                String(value.GetString());
                break;
            case JsonValueKind.Number when value.TryGetInt64(out var integer) && Math.Abs(integer) <= 9_007_199_254_740_991:
                Number(integer);
                break;
            case JsonValueKind.Number:
                String(value.GetRawText());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                Boolean(value.GetBoolean());
                break;
            default:
                Raw("null"u8);
                break;
        }
    }

    private void Object(JsonElement value, int depth)
    {
        var members = value.EnumerateObject().ToArray();
        Array.Sort(members, (a, b) => string.CompareOrdinal(a.Name, b.Name));
        StartObject();
        for (var i = 0; i < members.Length; i++)
        {
            if (i > 0 && members[i].Name == members[i - 1].Name)
            {
                throw new JsonException($"The member '{members[i].Name}' stands twice.");
            }

            Name(members[i].Name);
            Value(members[i].Value, depth + 1);
        }

        EndObject();
    }

    private void Start(byte bracket)
    {
        Separate();
        to.GetSpan(1)[0] = bracket;
        to.Advance(1);
        comma = false;
    }

    private void End(byte bracket)
    {
        to.GetSpan(1)[0] = bracket;
        to.Advance(1);
        comma = true;
    }

    private void Separate()
    {
        if (comma)
        {
            to.GetSpan(1)[0] = (byte)',';
            to.Advance(1);
        }

        comma = true;
    }

    private void WriteString(ReadOnlySpan<char> value)
    {
        // Each char becomes at most six bytes.
        var span = to.GetSpan((value.Length * 6) + 2);
        var at = 0;
        span[at++] = (byte)'"';
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c is >= ' ' and < '\u0080' and not '"' and not '\\')
            {
                span[at++] = (byte)c;
            }
            else if (c < '\u0080')
            {
                at += Escape(c, span[at..]);
            }
            else if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
            {
                at += new Rune(c, value[++i]).EncodeToUtf8(span[at..]);
            }
            else if (Rune.TryCreate(c, out var rune))
            {
                at += rune.EncodeToUtf8(span[at..]);
            }
            else
            {
                throw new JsonException("A lone surrogate is no character.");
            }
        }

        span[at++] = (byte)'"';
        to.Advance(at);
    }

    private static int Escape(char c, Span<byte> span)
    {
        span[0] = (byte)'\\';
        var shortForm = c switch { '"' => '"', '\\' => '\\', '\b' => 'b', '\f' => 'f', '\n' => 'n', '\r' => 'r', '\t' => 't', _ => '\0' };
        if (shortForm != '\0')
        {
            span[1] = (byte)shortForm;
            return 2;
        }

        "u00"u8.CopyTo(span[1..]);
        span[4] = (byte)Hex[c >> 4];
        span[5] = (byte)Hex[c & 15];
        return 6;
    }
}
