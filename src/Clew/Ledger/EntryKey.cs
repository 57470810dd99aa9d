using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Clew.Facts;

namespace Clew.Ledger;

/// <summary>
/// The sender's id as the ledger remembers it, for ever: 128 bits of the SHA-256 of who said it and under what id.
/// </summary>
/// <remarks>
/// An id that is a URI (<c>urn:uuid:…</c>, <c>ni:///…</c>) means the same fact whoever sends it; any other id is the sender's own
/// and is remembered together with the sender's name, so that two warehouses may both count their shipments from 1.
/// </remarks>
public readonly record struct EntryKey(UInt128 Bits)
{
    /// <summary>The key of this sender's id.</summary>
    public static EntryKey Of(string sender, string id)
    {
        var text = id.Contains(':', StringComparison.Ordinal) ? "\n" + id : sender + "\n" + id;
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return new EntryKey(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    /// <summary>As a column of PostgreSQL's <c>uuid</c> holds it.</summary>
    public Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
        return new Guid(bytes, bigEndian: true);
    }
}

/// <summary>
/// Where a fact stands in the order of the world: by time of happening, within one instant by what must come first,
/// and last by the sender's id. It does not depend on when we heard of it.
/// </summary>
/// <param name="Happened">Microseconds since 1970.</param>
/// <param name="Tie">The kind's rank in the highest byte, 56 bits of the id's hash below.</param>
public readonly record struct Sequence(long Happened, long Tie) : IComparable<Sequence>
{
    /// <summary>Before everything.</summary>
    public static readonly Sequence Beginning = new(long.MinValue, long.MinValue);

    /// <summary>After everything.</summary>
    public static readonly Sequence End = new(long.MaxValue, long.MaxValue);

    /// <summary>Where this fact stands.</summary>
    public static Sequence Of(Fact fact, EntryKey key) =>
        new(fact.Happened.Microseconds, ((long)fact.Kind.Rank << 56) | (long)(ulong)(key.Bits >> 72));

    /// <summary>Behind every fact of this instant.</summary>
    public static Sequence After(EventTime time) => new(time.Microseconds, long.MaxValue);

    /// <inheritdoc/>
    public int CompareTo(Sequence other)
    {
        var byTime = Happened.CompareTo(other.Happened);
        return byTime != 0 ? byTime : Tie.CompareTo(other.Tie);
    }

    /// <summary>Earlier.</summary>
    public static bool operator <(Sequence left, Sequence right) => left.CompareTo(right) < 0;

    /// <summary>Later.</summary>
    public static bool operator >(Sequence left, Sequence right) => left.CompareTo(right) > 0;

    /// <summary>Not later.</summary>
    public static bool operator <=(Sequence left, Sequence right) => left.CompareTo(right) <= 0;

    /// <summary>Not earlier.</summary>
    public static bool operator >=(Sequence left, Sequence right) => left.CompareTo(right) >= 0;
}
