using System.Text;

namespace Clew.Tests.Reference;

/// <summary>
/// A page, or a stretch of one, that is printed from the code's tables. The test that prints it fails when the file says otherwise;
/// with <c>CLEW_UPDATE_REFERENCE=1</c> it writes the file instead.
/// </summary>
public static class PrintedPage
{
    private const string Switch = "CLEW_UPDATE_REFERENCE";

    /// <summary>The whole file.</summary>
    public static void Check(string path, string text)
    {
        var file = Checkout.Path(path);
        if (Environment.GetEnvironmentVariable(Switch) == "1")
        {
            File.WriteAllText(file, text);
        }

        var (found, wanted) = (File.Exists(file) ? File.ReadAllLines(file) : [], text.TrimEnd('\n').Split('\n'));
        var at = found.Zip(wanted).TakeWhile(pair => pair.First == pair.Second).Count();
        found.ElementAtOrDefault(at).ShouldBe(wanted.ElementAtOrDefault(at), $"{path}, line {at + 1}, is not what the code says. Print it again: {Switch}=1 ./test {(path.StartsWith("docs/", StringComparison.Ordinal) ? "Reference" : "Arrows")}");
    }

    /// <summary>What stands between two marks of a page that is otherwise written by hand.</summary>
    public static void CheckStretch(string path, string name, string text)
    {
        var (start, end) = ($"<!-- printed: {name} -->\n", "<!-- end -->");
        var whole = File.ReadAllText(Checkout.Path(path));
        var from = whole.IndexOf(start, StringComparison.Ordinal);
        from.ShouldBeGreaterThanOrEqualTo(0, $"{path} has no '{start.Trim()}'.");
        from += start.Length;
        var to = whole.IndexOf(end, from, StringComparison.Ordinal);
        Check(path, whole[..from] + text + whole[to..]);
    }

    /// <summary>A table in Markdown.</summary>
    public static string Table(string[] head, IEnumerable<string?[]> rows)
    {
        var text = new StringBuilder();
        Line(head);
        Line([.. head.Select(_ => "---")]);
        foreach (var row in rows)
        {
            Line(row);
        }

        return text.ToString();

        void Line(string?[] cells) => text.Append("| ").AppendJoin(" | ", cells.Select(c => (c ?? "").Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
    }

    /// <summary>Words as code, or nothing.</summary>
    public static string Code(params IEnumerable<string?> words) => string.Join(", ", words.Where(w => !string.IsNullOrEmpty(w)).Select(w => $"`{w}`"));
}
