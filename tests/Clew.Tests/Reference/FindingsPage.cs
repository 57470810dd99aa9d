using System.Globalization;
using System.Reflection;
using System.Text;
using Clew.Identification;
using Clew.Lifecycle;
using Clew.Server.Web;

namespace Clew.Tests.Reference;

/// <summary>Prints every finding of every area, and holds each to what a finding promises.</summary>
public sealed class FindingsPage
{
    private static readonly List<(string Area, FindingKind Kind)> All = Collect();

    [Fact]
    public void Findings_are_printed()
    {
        var text = new StringBuilder("""
            # Findings

            Printed from the code; do not edit. A refusal is a problem (RFC 9457) with findings: `code`, `severity`, `path` (a JSON Pointer into what was
            sent), `what` and `remedy`, in Chinese with `Accept-Language: zh`. A code never changes its meaning. `{0}`, `{1}` … stand for what was met.

            """);
        foreach (var area in All.GroupBy(f => f.Area).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {area.Key}\n\n").Append(PrintedPage.Table(["code", "severity", "what", "remedy", "中文", "处理办法"],
                area.Select(f => f.Kind).Select(k => new[] { $"`{k.Code}`", k.Severity.ToString().ToLowerInvariant(), Plain(k.En), Plain(k.EnRemedy), Plain(k.Zh), Plain(k.ZhRemedy) })));
        }

        PrintedPage.Check("docs/reference/findings.md", text.ToString());
    }

    [Fact]
    public void A_code_means_one_thing_and_both_languages_say_it()
    {
        All.Count.ShouldBeGreaterThan(50);
        All.Select(f => f.Kind.Code).ShouldBeUnique();
        foreach (var (_, kind) in All)
        {
            kind.Code.ShouldMatch("^[a-z]+\\.[a-zA-Z]+$");
            new[] { kind.En, kind.EnRemedy }.ShouldAllBe(t => t.EndsWith('.') || t.EndsWith('?') || t.EndsWith('}'), kind.Code);
            (IsChinese(kind.Zh) && IsChinese(kind.ZhRemedy)).ShouldBeTrue(kind.Code);
            Arguments(kind.Zh).ShouldBeSubsetOf(Arguments(kind.En), kind.Code);
        }
    }

    private static List<(string Area, FindingKind Kind)> Collect()
    {
        var fields = new[] { typeof(Finding).Assembly, typeof(WebServer).Assembly }.SelectMany(a => a.GetTypes())
            .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(f => f.FieldType == typeof(FindingKind))
            .Select(f => (Area: f.DeclaringType!.Namespace!.Split('.')[^1], Kind: (FindingKind)f.GetValue(null)!));
        return [.. fields.Concat(Irregularities.All.Select(r => (Area: nameof(Lifecycle), Kind: r.Finding))).DistinctBy(f => f.Kind).OrderBy(f => f.Kind.Code, StringComparer.Ordinal)];
    }

    // As a reader sees it: {{ is one brace.
    private static string Plain(string sentence) => sentence.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal);

    private static int[] Arguments(string sentence) => [.. Enumerable.Range(0, 10).Where(i => sentence.Contains($"{{{i}}}", StringComparison.Ordinal))];

    private static bool IsChinese(string sentence) => sentence.Any(c => c is >= '\u4E00' and <= '\u9FFF');
}
