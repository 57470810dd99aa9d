using System.Text.RegularExpressions;
using System.Xml.Linq;
using Clew.Facts;
using Clew.Server.Storage;
using Clew.Server.Web;
using Clew.Tests.Reference;

namespace Clew.Tests.Architecture;

/// <summary>What the tree promises a stranger: names, folders, schemas and paths are what they seem.</summary>
public sealed partial class Tidiness
{
    private static readonly string[] Code = [.. Checkout.Files(".", "*.cs").Select(f => f.TrimStart('.', '/'))];

    private static readonly string[] EmptyWords = ["Util", "Utils", "Utilities", "Helper", "Helpers", "Common", "Manager", "Service", "Services", "Misc"];

    // Interfaces with fewer than two implementers, each with its reason.
    private static readonly Dictionary<string, string> Single = new(StringComparer.Ordinal);

    [Fact]
    public void A_namespace_is_its_folder()
    {
        Code.Length.ShouldBeGreaterThan(50);
        var wrong = new List<string>();
        foreach (var file in Code)
        {
            // src/Clew.Server/Ledger/Rows.cs → Clew.Server.Ledger
            var parts = file.Split('/');
            var expected = string.Join('.', parts[1..^1]);
            var found = File.ReadLines(Checkout.Path(file)).FirstOrDefault(l => l.StartsWith("namespace ", StringComparison.Ordinal));
            if (found is not null && found != $"namespace {expected};")
            {
                wrong.Add($"{file}: {found}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void No_name_says_nothing()
    {
        var folders = Code.SelectMany(f => f.Split('/')[..^1]).Distinct(StringComparer.Ordinal).Where(f => EmptyWords.Any(w => LastWord(f) == w));
        folders.Concat(OurTypes().Where(t => EmptyWords.Contains(LastWord(t.Name))).Select(t => t.FullName)).ShouldBeEmpty();
    }

    [Fact]
    public void An_interface_has_two_implementers_or_a_reason()
    {
        var all = OurTypes().ToList();
        var lonely = all.Where(t => t.IsInterface && all.Count(i => i is { IsInterface: false, IsAbstract: false } && i.IsAssignableTo(t)) < 2).Select(t => t.Name);
        lonely.Order().ShouldBe(Single.Keys.Order());
    }

    [Fact]
    public void A_schema_belongs_to_the_folder_of_its_name()
    {
        var files = Checkout.Files("src", "*.sql").ToList();
        files.ShouldNotBeEmpty();
        foreach (var file in files)
        {
            var folder = file.Split('/')[^2].ToLowerInvariant();
            Path.GetFileNameWithoutExtension(file).ShouldBe(folder, file);
            var sql = File.ReadAllText(Checkout.Path(file));
            Made().Matches(sql).Select(m => m.Groups["schema"].Value).Distinct(StringComparer.Ordinal).ShouldBe([folder], file);
            Database.SearchPath.Split(',').ShouldContain(folder);
        }
    }

    [Fact]
    public void A_table_has_one_name_and_is_written_by_its_own_folder()
    {
        var owners = Checkout.Files("src", "*.sql").SelectMany(f => MadeTable().Matches(File.ReadAllText(Checkout.Path(f))).Select(m => (Table: m.Groups["table"].Value, Folder: f.Split('/')[^2]))).ToList();
        owners.Select(o => o.Table).ShouldBeUnique("a table is found by its bare name along the search path");
        var owner = owners.ToDictionary(o => o.Table, o => o.Folder, StringComparer.Ordinal);
        var foreign = new List<string>();
        foreach (var file in Code.Where(f => f.StartsWith("src/Clew.Server/", StringComparison.Ordinal)))
        {
            var folder = file.Split('/')[^2];
            foreach (Match write in Written().Matches(File.ReadAllText(Checkout.Path(file))))
            {
                if (owner.TryGetValue(write.Groups["table"].Value, out var room) && room != folder)
                {
                    foreign.Add($"{folder} → {room}.{write.Groups["table"].Value}");
                }
            }
        }

        foreign.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ShouldBe(
        [
            "Capture → Ledger.head",     // a long document takes its number from the head before its job tells it
            "Ledger → Capture.document", // what arrived is kept in the transaction that tells it
        ]);
    }

    [Fact]
    public void The_kernel_takes_no_packages_and_its_banned_symbols_are_wired()
    {
        var project = XDocument.Load(Checkout.Path("src/Clew/Clew.csproj"));
        project.Descendants("PackageReference").Where(p => p.Attribute("PrivateAssets")?.Value != "all").ShouldBeEmpty();
        project.Descendants("ProjectReference").ShouldBeEmpty();
        project.Descendants("PackageReference").Select(p => p.Attribute("Include")!.Value).ShouldContain("Microsoft.CodeAnalysis.BannedApiAnalyzers");
        project.Descendants("AdditionalFiles").Select(f => f.Attribute("Include")!.Value).ShouldContain("BannedSymbols.txt");
        File.ReadAllText(Checkout.Path(".editorconfig")).ShouldNotContain("RS0030");
        var banned = File.ReadAllText(Checkout.Path("src/Clew/BannedSymbols.txt"));
        foreach (var symbol in (string[])["DateTime.UtcNow", "System.TimeProvider", "System.IO.File;", "System.Threading.Tasks.Task;", "N:System.Net;", "N:System.Data;", "System.Random;"])
        {
            banned.ShouldContain(symbol);
        }
    }

    [Fact]
    public void Every_path_that_a_page_names_is_there()
    {
        var missing = new List<string>();
        foreach (var page in Checkout.Files(".", "*.md").Select(f => f.TrimStart('.', '/')))
        {
            var text = File.ReadAllText(Checkout.Path(page));
            var here = Path.GetDirectoryName(page) ?? "";
            missing.AddRange(Quoted().Matches(text).Select(m => m.Groups["path"].Value).Where(p => !Exists(p)).Select(p => $"{page}: {p}"));
            missing.AddRange(Linked().Matches(text).Select(m => m.Groups["path"].Value)
                .Where(p => !p.Contains(':', StringComparison.Ordinal) && !Exists(Path.Combine(here, p))).Select(p => $"{page}: {p}"));
        }

        missing.ShouldBeEmpty();

        static bool Exists(string path) => File.Exists(Checkout.Path(path)) || Directory.Exists(Checkout.Path(path));
    }

    private static IEnumerable<Type> OurTypes() => new[] { typeof(Fact).Assembly, typeof(WebServer).Assembly }.SelectMany(a => a.GetTypes())
        .Where(t => t.Namespace?.StartsWith("Clew", StringComparison.Ordinal) == true && !t.Name.Contains('<', StringComparison.Ordinal));

    // LedgerWriter → Writer
    private static string LastWord(string name) => name[Math.Max(0, name.ToList().FindLastIndex(char.IsAsciiLetterUpper))..];

    [GeneratedRegex(@"(?:create (?:schema|table|or replace function)|alter table)(?: if not exists)? (?<schema>[a-z]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Made();

    [GeneratedRegex(@"create table if not exists [a-z]+\.(?<table>[a-z_]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex MadeTable();

    [GeneratedRegex(@"(?:(?:insert into|update|delete from|copy) (?:[a-z]+\.)?|\.To\("")(?<table>[a-z_]+)(?: (?:\(|set |where |values|select |as )|"")", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Written();

    [GeneratedRegex(@"`(?<path>(?:src|tests|docs|bench|tools)/[A-Za-z0-9_./-]+)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\]\((?<path>[^)#\s]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Linked();
}
