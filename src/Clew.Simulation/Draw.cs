namespace Clew.Simulation;

/// <summary>
/// Chance that has no memory: the same seed and the same key always draw the same number, in whatever order one asks. So a unit's
/// life can be told alone, and one more unit changes nobody else's.
/// </summary>
public readonly record struct Draw(ulong Seed)
{
    /// <summary>A chance of its own for this thing.</summary>
    public Draw For(string what, long n = 0)
    {
        // FNV-1a over the words, then the finalizer of SplitMix64.
        var hash = Seed ^ 14695981039346656037UL;
        foreach (var c in what)
        {
            hash = unchecked((hash ^ c) * 1099511628211UL);
        }

        return new Draw(Mix(unchecked(hash ^ ((ulong)n * 0x9E3779B97F4A7C15UL))));
    }

    /// <summary>A whole number from 0 to below <paramref name="count"/>.</summary>
    public int Of(int count) => (int)(Mix(Seed) % (ulong)count);

    /// <summary>Whether something happens that happens so often in a thousand cases.</summary>
    public bool Happens(int inThousand) => Of(1000) < inThousand;

    /// <summary>The numbers 0 … count−1 in an order of chance.</summary>
    public int[] Shuffled(int count)
    {
        var numbers = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = For("shuffle", i).Of(i + 1);
            (numbers[i], numbers[j]) = (numbers[j], numbers[i]);
        }

        return numbers;
    }

    private static ulong Mix(ulong x)
    {
        unchecked
        {
            x += 0x9E3779B97F4A7C15UL;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
            return x ^ (x >> 31);
        }
    }
}
