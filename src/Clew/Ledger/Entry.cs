using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Clew.Facts;

namespace Clew.Ledger;

/// <summary>
/// One entry of the ledger: a fact, who said it, when it was recorded, and what it did to the states of its items as we told it then.
/// </summary>
/// <param name="Position">From 0, without gaps, in the order of recording: the index of its leaf in the tree.</param>
/// <param name="RecordedAt">By our clock, never before that of an earlier position.</param>
/// <param name="By">Who said it: <c>user:li.na</c>, <c>system:mes-suzhou</c>.</param>
/// <param name="Raw">SHA-256 of the document that it arrived in; empty for what we say ourselves.</param>
public sealed record Entry(long Position, EventTime RecordedAt, string By, string Raw, Fact Fact)
{
    /// <summary>The sender's id as the ledger remembers it.</summary>
    public EntryKey Key => EntryKey.Of(By, Fact.Id);

    /// <summary>Where its fact stands in the order of the world.</summary>
    public Sequence Sequence => Sequence.Of(Fact, Key);
}

/// <summary>
/// What one fact did to a run of its items, as told on admission and kept with the entry for ever (EV-2: state before and after).
/// Runs follow the order of the items in the fact; what is inside a container follows it, in the order of the identities.
/// </summary>
/// <param name="Count">How many items in a row.</param>
/// <param name="Before">Stage and hold before, such as <c>released</c> or <c>released/recallLock</c>; empty for "not known before".</param>
/// <param name="After">Stage and hold after.</param>
/// <param name="Irregular">Words of what the rules did not expect, or nothing.</param>
public readonly record struct Told(int Count, string Before, string After, string Irregular);

/// <summary>The bytes of an entry: written once, hashed as they stand, never written again.</summary>
public static class EntryBytes
{
    /// <summary>C2SP tlog-tiles gives an entry's length 16 bits.</summary>
    public const int LengthMax = 65_535;

    /// <summary>The entry's canonical JSON.</summary>
    /// <param name="to">Cleared first, then holds the entry.</param>
    /// <param name="fact">The fact's canonical bytes.</param>
    public static void Write(ArrayBufferWriter<byte> to, EventTime recordedAt, string by, ReadOnlySpan<byte> fact, string raw, IReadOnlyList<Told> told)
    {
        to.ResetWrittenCount();
        var json = new CanonicalJson(to);
        json.StartObject();
        json.Name("at"u8);
        json.Plain(recordedAt.ToString());
        json.Name("by"u8);
        json.String(by);
        json.Name("fact"u8);
        json.Raw(fact);
        if (raw.Length > 0)
        {
            json.Name("raw"u8);
            json.Plain(raw);
        }

        if (told.Count > 0)
        {
            json.Name("told"u8);
            json.StartArray();
            for (var i = 0; i < told.Count; i++)
            {
                Write(json, told[i]);
            }

            json.EndArray();
        }

        json.Name("v"u8);
        json.Number(1);
        json.EndObject();
    }

    /// <summary>Reads an entry back.</summary>
    public static Entry Read(long position, ReadOnlyMemory<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes.Span);
        string by = "", raw = "";
        EventTime at = default;
        Fact? fact = null;
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            json.Read();
            switch (name)
            {
                case "at":
                    EventTime.TryRead(json.GetString()!, out at);
                    break;
                case "by":
                    by = json.GetString()!;
                    break;
                case "raw":
                    raw = json.GetString()!;
                    break;
                case "fact":
                    var start = (int)json.TokenStartIndex;
                    json.Skip();
                    fact = FactReader.ReadStored(bytes[start..(int)json.BytesConsumed]);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return new Entry(position, at, by, raw, fact ?? throw new InvalidDataException($"Entry {position} holds no fact."));
    }

    private static void Write(CanonicalJson json, Told told)
    {
        json.StartObject();
        json.Name("after"u8);
        json.Plain(told.After);
        if (told.Before.Length > 0)
        {
            json.Name("before"u8);
            json.Plain(told.Before);
        }

        if (told.Irregular.Length > 0)
        {
            json.Name("irregular"u8);
            json.Plain(told.Irregular);
        }

        json.Name("n"u8);
        json.Number(told.Count);
        json.EndObject();
    }
}

/// <summary>The hash of a leaf of the ledger's tree: RFC 6962 2.1, over the entry's bytes as stored.</summary>
public static class LeafHash
{
    /// <summary>Length in bytes.</summary>
    public const int Length = 32;

    /// <summary>SHA-256 of a zero byte and the entry. The zero keeps a leaf from passing for an inner node.</summary>
    public static void Of(ReadOnlySpan<byte> entry, Span<byte> hash, IncrementalHash sha256)
    {
        sha256.AppendData([0]);
        sha256.AppendData(entry);
        sha256.GetHashAndReset(hash);
    }

    /// <summary>The same for a single entry.</summary>
    public static byte[] Of(ReadOnlySpan<byte> entry)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var hash = new byte[Length];
        Of(entry, hash, sha256);
        return hash;
    }
}
