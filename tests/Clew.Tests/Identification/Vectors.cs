using System.Text.Json;
using System.Text.Json.Nodes;
using Clew.Server.Identification;

namespace Clew.Tests.Identification;

/// <summary>The published vectors beside the checkout, read by the command line's own function: every <c>expected</c> must come out.</summary>
public sealed class Vectors(ITestOutputHelper output)
{
    public static readonly DirectoryInfo? Folder = Shared();

    private static DirectoryInfo? Shared()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (new DirectoryInfo(Path.Combine(at.FullName, "..", "shared", "data", "udi")) is { Exists: true } folder)
            {
                return folder;
            }
        }

        return null;
    }

    [Fact]
    public void Every_vector_is_read_as_expected()
    {
        Assert.SkipWhen(Folder is null, "skipped: ../shared/data/udi is not beside this checkout");
        var fallen = new List<string>();
        foreach (var file in Folder!.GetFiles("*.jsonl").OrderBy(f => f.Name))
        {
            var (passed, failed, skipped) = (0, 0, 0);
            foreach (var line in File.ReadLines(file.FullName))
            {
                var vector = JsonNode.Parse(line)!;
                if (vector["input"] is null)
                {
                    skipped++;
                    continue;
                }

                var wrong = Judge(vector);
                passed += wrong.Count == 0 ? 1 : 0;
                failed += wrong.Count > 0 ? 1 : 0;
                fallen.AddRange(wrong.Select(w => $"{vector["id"]}: {w}"));
            }

            Console.WriteLine($"{file.Name,-24} passed {passed,4} failed {failed,3} skipped {skipped,3}");
        }

        foreach (var fall in fallen)
        {
            output.WriteLine(fall);
        }

        fallen.ShouldBeEmpty();
    }

    // As the command line is asked: the bare input. Only what no bare text can say is told: another day, and that six characters are a date.
    private static List<string> Judge(JsonNode vector)
    {
        var asked = vector["as_of"] is { } day ? new JsonObject { ["input"] = vector["input"]!.DeepClone(), ["as_of"] = day.DeepClone() } : vector["input"]!.DeepClone();
        using var answers = new StringWriter();
        IdentifyCommand.Run(new StringReader(asked.ToJsonString()), answers, new DateOnly(2026, 11, 23));
        var answer = JsonNode.Parse(answers.ToString())!;
        var wrong = new List<string>();
        Same("valid", vector["valid"]);
        foreach (var (name, value) in (vector["expected"] ?? vector["expected_if_association_rules_off"] ?? vector["expected_if_check_ignored"])?.AsObject() ?? [])
        {
            Same(name, value);
        }

        if (vector["canonical"] is not null || vector.AsObject().ContainsKey("canonical"))
        {
            Same("canonical", vector["canonical"]);
        }

        if (vector["valid"]?.GetValue<bool>() == true)
        {
            Same("agency", vector["agency"]);
            Same("kind", vector["kind"]);
        }

        if (vector["warnings"] is not null)
        {
            Same("warnings", vector["warnings"]);
        }

        if (vector["valid_syntax_only"] is not null)
        {
            Same("valid_syntax_only", vector["valid_syntax_only"]);
        }

        // A bare 12345 is a broken MA code to who knows that one was meant; to a reader it is nothing at all.
        if (vector["reason"] is { } reason && answer["kind"]!.ToString() == vector["kind"]!.ToString() && reason.ToString() != answer["reason"]?.ToString())
        {
            wrong.Add($"reason {answer["reason"]} instead of {reason} for {vector["input"]!.ToJsonString()}");
        }

        return wrong;

        void Same(string name, JsonNode? expected)
        {
            if (!JsonNode.DeepEquals(answer[name], expected))
            {
                wrong.Add($"{name} {answer[name]?.ToJsonString() ?? "nothing"} instead of {expected?.ToJsonString() ?? "null"} for {vector["input"]!.ToJsonString()}: {answer["diagnostics"]?.ToJsonString()}");
            }
        }
    }
}
