using System.Security.Cryptography;
using Clew.Ledger;

namespace Clew.Proof;

/// <summary>
/// The hashes of the ledger's tree, exactly as RFC 6962 section 2.1 has them: a leaf is hashed behind a zero byte, two nodes behind a
/// one, so that neither passes for the other. For one thread at a time.
/// </summary>
public sealed class TreeHasher : IDisposable
{
    /// <summary>The root of a tree without leaves: the hash of nothing.</summary>
    public static readonly Digest Empty = new(SHA256.HashData([]));

    // Kept and reused: under OpenSSL a new one for each node costs more than the hashing.
    private readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The hash of a leaf over the entry's bytes as they are stored.</summary>
    public Digest Leaf(ReadOnlySpan<byte> entry)
    {
        Span<byte> hash = stackalloc byte[Digest.Length];
        LeafHash.Of(entry, hash, sha256);
        return new Digest(hash);
    }

    /// <summary>The hash of a node over the two below it.</summary>
    public Digest Node(in Digest left, in Digest right)
    {
        Span<byte> both = stackalloc byte[1 + Digest.Length + Digest.Length];
        both[0] = 1;
        left.CopyTo(both[1..]);
        right.CopyTo(both[(1 + Digest.Length)..]);
        sha256.AppendData(both);
        sha256.GetHashAndReset(both[..Digest.Length]);
        return new Digest(both[..Digest.Length]);
    }

    /// <summary>The hash of a perfect tree over these nodes, whose number is a power of two. Overwrites them.</summary>
    public Digest Fold(Span<Digest> nodes)
    {
        for (; nodes.Length > 1; nodes = nodes[..(nodes.Length / 2)])
        {
            for (var i = 0; i < nodes.Length / 2; i++)
            {
                nodes[i] = Node(nodes[2 * i], nodes[(2 * i) + 1]);
            }
        }

        return nodes[0];
    }

    /// <inheritdoc/>
    public void Dispose() => sha256.Dispose();
}
