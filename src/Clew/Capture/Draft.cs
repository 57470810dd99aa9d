using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Clew.Facts;
using Clew.Identification;
using Clew.Ledger;

namespace Clew.Capture;

/// <summary>A fact on its way in: read, not yet weighed.</summary>
/// <param name="Fact">What is said.</param>
/// <param name="By">Who says it.</param>
/// <param name="Path">Where it stands in the sender's document.</param>
/// <param name="Canonical">The fact's canonical bytes, which the ledger will keep.</param>
/// <param name="Content">128 bits of the SHA-256 of all that was said: equal for a resend, different for a conflict.</param>
/// <param name="Beside">The long list of items that stands beside the entry, one canonical text a line; or nothing.</param>
public sealed record Draft(Fact Fact, string By, string Path, ReadOnlyMemory<byte> Canonical, UInt128 Content, ReadOnlyMemory<byte> Beside)
{
    /// <summary>Bytes of a fact in an entry, so that with its envelope it stays below <see cref="EntryBytes.LengthMax"/>.</summary>
    public const int CanonicalMax = 44 * 1024;

    // A list longer than this stands beside the entry. Most facts name a handful of items; a pallet's few hundred still fit.
    private const int InlineMax = 16 * 1024;

    /// <summary>The sender's id as the ledger remembers it.</summary>
    public EntryKey Key { get; } = EntryKey.Of(By, Fact.Id);

    /// <summary>Where the fact stands in the order of the world.</summary>
    public Sequence Sequence => Sequence.Of(Fact, Key);

    /// <summary>
    /// Makes a draft of a fact that was read. A fact without an id of its sender's gets one from its content, so that sending it
    /// again changes nothing.
    /// </summary>
    public static Draft Of(Fact fact, string by, string path, ArrayBufferWriter<byte> buffer)
    {
        Span<byte> hash = stackalloc byte[32];
        if (fact.Id.Length == 0)
        {
            Render(fact, buffer);
            SHA256.HashData(buffer.WrittenSpan, hash);
            fact = fact with { Id = "ni:///sha-256;" + Convert.ToHexStringLower(hash) };
        }

        Render(fact, buffer);
        SHA256.HashData(buffer.WrittenSpan, hash);
        var content = BinaryPrimitives.ReadUInt128BigEndian(hash);
        if (buffer.WrittenCount <= InlineMax || fact.Items.Count <= 8)
        {
            return new Draft(fact, by, path, buffer.WrittenSpan.ToArray(), content, default);
        }

        var list = Lines(fact.Items);
        SHA256.HashData(list, hash);
        Render(fact with { ItemsBeside = new Attachment(fact.Items.Count, Convert.ToHexStringLower(hash)) }, buffer);
        return new Draft(fact, by, path, buffer.WrittenSpan.ToArray(), content, list);
    }

    /// <summary>Reads back a list that stands beside an entry.</summary>
    public static List<Quantified> ReadLines(ReadOnlySpan<byte> list)
    {
        var items = new List<Quantified>();
        foreach (var line in Encoding.UTF8.GetString(list).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split('\t');
            items.Add(new Quantified(
                Identity.Read(fields[0]).Value,
                fields.Length > 1 && fields[1].Length > 0 ? decimal.Parse(fields[1], CultureInfo.InvariantCulture) : null,
                fields.Length > 2 ? fields[2] : null));
        }

        return items;
    }

    private static byte[] Lines(IReadOnlyList<Quantified> items)
    {
        var list = new StringBuilder(items.Count * 40);
        foreach (var (item, quantity, unit) in items)
        {
            list.Append(item.Text);
            if (quantity is not null || unit is not null)
            {
                list.Append('\t').Append(quantity?.ToString(CultureInfo.InvariantCulture));
            }

            if (unit is not null)
            {
                list.Append('\t').Append(unit);
            }

            list.Append('\n');
        }

        return Encoding.UTF8.GetBytes(list.ToString());
    }

    private static void Render(Fact fact, ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        FactWriter.Write(new CanonicalJson(buffer), fact);
    }
}
