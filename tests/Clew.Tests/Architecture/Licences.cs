using System.Text.Json;
using System.Xml.Linq;
using Clew.Tests.Reference;

namespace Clew.Tests.Architecture;

/// <summary>Every package in the lock files, also those that packages bring along, has a licence that lets anybody use Clew for anything.</summary>
public sealed class Licences
{
    private static readonly string[] Permissive = ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "PostgreSQL", "MS-PL", "BSD-3-Clause AND MIT", "MIT AND Apache-2.0"];

    // What carries another licence, or says it in another way, each with its reason.
    private static readonly Dictionary<string, string> Settled = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SmtpServer"] = "MIT, in a file of the package; used by tests only",
        ["Deque.AxeCore.Commons"] = "MPL-2.0; used unchanged, by the browser tests only, and never shipped",
    };

    [Fact]
    public void Every_package_has_a_permissive_licence()
    {
        var packages = Checkout.Files(".", "packages.lock.json").SelectMany(Locked).ToHashSet();
        packages.Count.ShouldBeGreaterThan(10);
        var folders = (string?[])[Environment.GetEnvironmentVariable("NUGET_PACKAGES"), Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages")];
        var cache = folders.First(f => f is not null && Directory.Exists(f))!;
        var wrong = new List<string>();
        foreach (var (id, version) in packages.Where(p => !Settled.ContainsKey(p.Id)))
        {
            // Restored for this build, so it must be here.
            var name = id.ToLowerInvariant();
            var nuspec = XDocument.Load(Path.Combine(cache, name, version.ToLowerInvariant(), name + ".nuspec"));
            var licence = nuspec.Descendants().FirstOrDefault(e => e.Name.LocalName == "license" && e.Attribute("type")?.Value == "expression")?.Value
                ?? nuspec.Descendants().FirstOrDefault(e => e.Name.LocalName == "licenseUrl")?.Value
                ?? "none";
            if (!Permissive.Contains(licence))
            {
                wrong.Add($"{id} {version}: {licence}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    private static IEnumerable<(string Id, string Version)> Locked(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Checkout.Path(file)));
        return [.. json.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(f => f.Value.EnumerateObject())
            .Where(p => p.Value.GetProperty("type").GetString() != "Project")
            .Select(p => (p.Name, p.Value.GetProperty("resolved").GetString()!))];
    }
}
