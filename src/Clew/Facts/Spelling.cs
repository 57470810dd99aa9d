namespace Clew.Facts;

/// <summary>What somebody may have meant by a word that we do not know.</summary>
public static class Spelling
{
    // Longer than any word of ours: what lies behind it tells nothing.
    private const int LengthMax = 64;

    /// <summary>The word that is nearest by the number of letters to change.</summary>
    public static string Nearest(string word, IEnumerable<string> words) => words.MinBy(w => Distance(w, word))!;

    // Levenshtein's, on words of a few dozen letters.
    private static int Distance(string a, string b)
    {
        b = b.Length > LengthMax ? b[..LengthMax] : b;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
