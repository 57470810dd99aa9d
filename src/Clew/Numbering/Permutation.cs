using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Clew.Numbering;

/// <summary>
/// The numbers below a size in an order that only the key knows: each comes exactly once, and who has seen many cannot tell the next.
/// </summary>
/// <remarks>
/// A Feistel network of HMAC-SHA256 over the smallest even number of bits that holds the size; what falls outside is walked on until it
/// falls inside (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002). No table of what was given out, no trying until free.
/// </remarks>
public sealed class Permutation
{
    /// <summary>The largest domain; a product of two halves of 31 bits.</summary>
    public const long SizeMax = 1L << 62;

    /// <summary>The length of a key in bytes.</summary>
    public const int KeyLength = 32;

    // Four are proven enough for large halves; small domains want more (NIST SP 800-38G uses ten).
    private const int Rounds = 10;

    private readonly byte[] key;
    private readonly long size;
    private readonly int halfBits;

    /// <summary>The order of this key over 0 … size − 1.</summary>
    public Permutation(ReadOnlySpan<byte> key, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, SizeMax);
        (this.key, this.size) = (key.ToArray(), size);
        for (halfBits = 1; 1L << (2 * halfBits) < size; halfBits++)
        {
        }
    }

    /// <summary>Which number stands at this place.</summary>
    public long At(long place)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(place);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, size);

        // The domain is at most four times the size, so that four steps are usual and a cycle must come back inside.
        do
        {
            place = Once(place);
        }
        while (place >= size);
        return place;
    }

    private long Once(long value)
    {
        var mask = (1L << halfBits) - 1;
        var (left, right) = (value >> halfBits, value & mask);
        Span<byte> message = stackalloc byte[17];
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(message[9..], size);
        for (byte round = 0; round < Rounds; round++)
        {
            message[0] = round;
            BinaryPrimitives.WriteInt64BigEndian(message[1..], right);
            HMACSHA256.HashData(key, message, digest);
            (left, right) = (right, left ^ (BinaryPrimitives.ReadInt64BigEndian(digest) & mask));
        }

        return (left << halfBits) | right;
    }
}
