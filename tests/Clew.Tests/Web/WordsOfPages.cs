using System.Globalization;
using System.Text.RegularExpressions;
using Clew.Server.Web;

namespace Clew.Tests.Web;

/// <summary>The words of the pages as a whole table.</summary>
public sealed partial class WordsOfPages
{
    [Fact]
    public void Every_word_is_there_in_both_languages_and_takes_the_same_arguments()
    {
        Words.All.Count.ShouldBeGreaterThan(150);
        foreach (var (name, word) in Words.All)
        {
            word.En.ShouldNotBeNullOrWhiteSpace(name);
            word.Zh.ShouldNotBeNullOrWhiteSpace(name);
            Places().Matches(word.Zh).Select(m => m.Value).Distinct().Order().ShouldBe(Places().Matches(word.En).Select(m => m.Value).Distinct().Order(), name);
            if (word != Words.OtherLanguage)
            {
                word.En.ShouldAllBe(c => c < 0x2e80, name);
                word.Zh.Any(c => c >= 0x4e00).ShouldBeTrue(name);
                HalfWidth().IsMatch(word.Zh).ShouldBeFalse($"{name}: half-width punctuation beside a Chinese letter in '{word.Zh}'");
            }
        }
    }

    [Fact]
    public void No_word_is_kept_that_no_page_says()
    {
        // What stands in the sources: a razor page says Words.Something.
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "src", "Clew.Server")))
        {
            folder = folder.Parent;
        }

        folder.ShouldNotBeNull();
        var said = Directory.EnumerateFiles(Path.Combine(folder.FullName, "src", "Clew.Server"), "*.*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".razor", StringComparison.Ordinal) || f.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(f => Uses().Matches(File.ReadAllText(f)).Select(m => m.Groups["name"].Value)).ToHashSet(StringComparer.Ordinal);
        var inWords = typeof(Words).GetFields().Where(f => f.FieldType == typeof(Word)).Select(f => f.Name).ToList();
        inWords.Where(n => !said.Contains(n) && n is not (nameof(Words.ContainsNow) or nameof(Words.ContainedBefore) or nameof(Words.CannotExclude))).ShouldBeEmpty();
    }

    [Fact]
    public void A_word_stands_in_the_readers_language_with_numbers_in_groups()
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
            Words.LooseParts.With(12_345).ShouldBe("另有 12,345 个未装入器械的部件含有该物。");
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("de");
            Words.SignIn.ToString().ShouldBe("Sign in");
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    [GeneratedRegex(@"\{\d\}", RegexOptions.NonBacktracking)]
    private static partial Regex Places();

    [GeneratedRegex(@"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]", RegexOptions.NonBacktracking)]
    private static partial Regex HalfWidth();

    [GeneratedRegex(@"\bWords\.(?<name>\w+)", RegexOptions.NonBacktracking)]
    private static partial Regex Uses();
}
