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
/// <param name="Beside">What is too long for the entry and stands beside it: lists of items and inputs, one canonical text a line, and details.</param>
public sealed record Draft(Fact Fact, string By, string Path, ReadOnlyMemory<byte> Canonical, UInt128 Content, IReadOnlyList<ReadOnlyMemory<byte>> Beside)
{
    /// <summary>Bytes of a fact in an entry, so that with its envelope it stays below <see cref="EntryBytes.LengthMax"/>.</summary>
    public const int CanonicalMax = 44 * 1024;

    // A list longer than this stands beside the entry. Most facts name a handful of items; a pallet's few hundred still fit.
    private const int InlineMax = 16 * 1024;

    // Shorter than this, putting it beside would save nothing.
    private const int ShortMax = 8;

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
        if (buffer.WrittenCount <= InlineMax)
        {
            return new Draft(fact, by, path, buffer.WrittenSpan.ToArray(), content, []);
        }

        List<ReadOnlyMemory<byte>> beside = [];
        Attachment Put(int count, ReadOnlyMemory<byte> bytes)
        {
            beside.Add(bytes);
            return new Attachment(count, Convert.ToHexStringLower(SHA256.HashData(bytes.Span)));
        }

        // What is said stays the same fact, whatever of it stands elsewhere.
        var written = fact;
        if (fact.Items.Count > ShortMax)
        {
            written = written with { ItemsBeside = Put(fact.Items.Count, Lines(fact.Items)) };
            Render(written, buffer);
        }

        if (buffer.WrittenCount > CanonicalMax && fact.Inputs.Count > ShortMax)
        {
            written = written with { InputsBeside = Put(fact.Inputs.Count, Lines(fact.Inputs)) };
            Render(written, buffer);
        }

        if (buffer.WrittenCount > CanonicalMax && !fact.Details.IsEmpty)
        {
            written = written with { Details = default, DetailsBeside = Put(fact.Details.Length, fact.Details) };
            Render(written, buffer);
        }

        return new Draft(fact, by, path, buffer.WrittenSpan.ToArray(), content, beside);
    }

    /// <summary>A stored fact with what stands beside it, as far as it is found: the fact that was said.</summary>
    /// <param name="find">What has this hash.</param>
    public static Fact Whole(Fact fact, Func<string, byte[]?> find)
    {
        if (fact.ItemsBeside is { } items && find(items.Sha256) is { } list)
        {
            fact = fact with { Items = ReadLines(list) };
        }

        if (fact.InputsBeside is { } inputs && find(inputs.Sha256) is { } consumed)
        {
            fact = fact with { Inputs = ReadLines(consumed) };
        }

        return fact.DetailsBeside is { } details && find(details.Sha256) is { } said ? fact with { Details = said, DetailsBeside = null } : fact;
    }

    // Reads back a list that stands beside an entry.
    private static List<Quantified> ReadLines(ReadOnlySpan<byte> list)
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
