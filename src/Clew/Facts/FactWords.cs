namespace Clew.Facts;

/// <summary>How the small enumerations are written in JSON: the C# name with a lower-case first letter.</summary>
public static class FactWords
{
    /// <summary>The word.</summary>
    public static string Of<T>(T value) where T : struct, Enum => Words<T>.ByValue[value];

    /// <summary>The value with this word.</summary>
    public static bool TryRead<T>(string word, out T value) where T : struct, Enum => Words<T>.ByWord.TryGetValue(word, out value);

    /// <summary>All words, for a remedy.</summary>
    public static string All<T>() where T : struct, Enum => string.Join(", ", Words<T>.ByWord.Keys);

    private static class Words<T> where T : struct, Enum
    {
        public static readonly Dictionary<T, string> ByValue = Enum.GetValues<T>().ToDictionary(v => v, v => char.ToLowerInvariant(v.ToString()[0]) + v.ToString()[1..]);
        public static readonly Dictionary<string, T> ByWord = ByValue.ToDictionary(p => p.Value, p => p.Key, StringComparer.Ordinal);
    }
}
