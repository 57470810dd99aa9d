using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Clew.Proof;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Clew.Verify;

namespace Clew.Tests.Proof;

/// <summary>Evidence packs, checked by the auditor's program; and what it says when somebody had a hand in one.</summary>
public sealed class Packs(Ground ground)
{
    private const string P1 = "gs1:01/06901234567892/21/P1";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pack_of_a_device_is_whole_and_any_change_is_named()
    {
        await using var signing = await Signing.Open(ground);
        var pack = await DevicePack(signing);
        var key = signing.Signer.Key;
        var files = Unpack(pack);
        files.Keys.ShouldContain("summary.html");
        Encoding.UTF8.GetString(files["summary.html"]).ShouldContain("出库发运");
        var whole = Check(files, key);
        whole.Verdict.ShouldBe(Verdict.Intact, whole.ToText(isChinese: false));
        (whole.Entries, whole.Files, whole.NotIncluded).ShouldBe((6, files.Count(f => !f.Key.StartsWith("tile/", StringComparison.Ordinal)) - 2, 0));
        Check(files).Verdict.ShouldBe(Verdict.Unanchored);
        using var other = new TemporaryKeys();
        Check(files, other.Signer.Key).Verdict.ShouldBe(Verdict.Differs);

        // Every byte of every file: none can be changed unseen. The archive's own bytes are not ours.
        foreach (var (name, bytes) in files)
        {
            for (var at = 0; at < bytes.Length; at += Math.Max(1, bytes.Length / 97))
            {
                var altered = bytes.ToArray();
                altered[at] ^= 1;
                var report = Check(new(files) { [name] = altered }, key);
                report.Verdict.ShouldBe(Verdict.Differs, $"{name} at {at}");
                report.Differences.ShouldContain(d => Concerns(d.File, name), $"{name} at {at}: {report.ToText(isChinese: false)}");
            }

            var without = new Dictionary<string, byte[]>(files);
            without.Remove(name);
            Check(without, key).Verdict.ShouldBe(Verdict.Differs, name);
        }

        Check(new(files) { ["stranger.txt"] = [1] }, key).Differences.ShouldContain(d => d.File == "stranger.txt");
    }

    [Fact]
    public async Task Entries_altered_left_out_added_or_reordered_are_named()
    {
        await using var signing = await Signing.Open(ground);
        var files = Unpack(await DevicePack(signing));
        var key = signing.Signer.Key;
        var lines = Encoding.UTF8.GetString(files["entries.jsonl"]).TrimEnd('\n').Split('\n');
        Report With(params IEnumerable<string> changed) => Check(new(files) { ["entries.jsonl"] = Encoding.UTF8.GetBytes(string.Concat(changed.Select(l => l + "\n"))) }, key);

        var altered = With(lines[0], lines[1].Replace("2026", "2025", StringComparison.Ordinal), lines[2], lines[3], lines[4], lines[5]).Differences[0];
        (altered.File, altered.Position, altered.Offset).ShouldBe(("entries.jsonl", Position(lines[1]), lines[0].Length + 1));
        With(lines[..^1]).Differences.ShouldContain(d => d.En.Contains("6 entries were packed, and 5 are there"));
        With(lines[1], lines[0], lines[2], lines[3], lines[4], lines[5]).Differences[0].En.ShouldContain("stands behind");
        With([.. lines, lines[^1]]).Differences[0].En.ShouldContain("stands behind");
        var swapped = With(lines[0].Replace($":{Position(lines[0])},", $":{Position(lines[1])},", StringComparison.Ordinal), lines[1].Replace($":{Position(lines[1])},", $":{Position(lines[0])},", StringComparison.Ordinal));
        swapped.DifferenceCount.ShouldBeGreaterThan(1);
        With("{\"position\":999999999,\"entry\":{}}").Differences[0].En.ShouldContain("no entry of this ledger");
        With(lines[0] + " ").Differences[0].Offset.ShouldBe(0);
    }

    [Fact]
    public async Task Packs_of_a_lot_a_recall_and_a_period()
    {
        await using var signing = await Signing.Open(ground);
        using var quality = await signing.House.As("qualityManager");
        await Tell(signing);
        await quality.Say("/recalls", """{"case":"R-1","reason":"swelling","lots":["gs1:01/06901234560008/10/B17"]}""");
        await quality.Say("/recalls/R-1/freeze", "");
        var positions = new List<List<long>>();
        foreach (var (query, text) in new[]
        {
            ("item=gs1:01/06901234560008/10/B17", "lot gs1:01/06901234560008/10/B17"),
            ("recall=R-1", "recall R-1"),
            ("from=2020-01-01T00:00:00Z", "recorded 2020-01-01T00:00:00Z – "),
        })
        {
            var files = Unpack(await quality.GetByteArrayAsync("/evidence/pack?" + query, Stop));
            var report = Check(files, signing.Signer.Key);
            report.Verdict.ShouldBe(Verdict.Intact, report.ToText(isChinese: false));
            report.Subject.ShouldBe(text);
            positions.Add([.. Encoding.UTF8.GetString(files["entries.jsonl"]).TrimEnd('\n').Split('\n').Select(Position)]);
            positions[^1].Count.ShouldBe((int)report.Entries);
        }

        // Received, fitted into P1 and P2, made, released, shipped, received, named in the frozen scope: P3 has none of it.
        positions[0].ShouldBe([8, 9, 10, 12, 13, 14, 15, 17]);
        positions[1].Except(positions[0]).ShouldBe([16]);
        positions[0].Except(positions[1]).ShouldBeEmpty();
        positions[2].ShouldBe(Enumerable.Range(0, 21).Select(i => (long)i)); // The taking of all three packs is in the last.

        // The same for people, on paper, of each.
        if (Clew.Server.Evidence.Paper.IsPossible)
        {
            foreach (var (query, words) in new[] { ("item=" + P1, "device " + P1), ("item=gs1:01/06901234560008/10/B17", "装入部件"), ("recall=R-1", "启动召回"), ("from=2020-01-01T00:00:00Z", "产品主数据") })
            {
                var paper = Unpack(await quality.GetByteArrayAsync("/evidence/pack?" + query, Stop))["summary.pdf"];
                using var pdf = UglyToad.PdfPig.PdfDocument.Open(paper);
                var said = string.Concat(pdf.GetPages().Select(p => p.Text)).Replace(" ", "", StringComparison.Ordinal)
                    .Normalize(System.Text.NormalizationForm.FormKC); // One glyph stands for a letter and for the radical that looks like it.
                said.ShouldContain("证据包");
                said.ShouldContain("Evidencepack");
                said.ShouldContain(words.Replace(" ", "", StringComparison.Ordinal));
                paper.Length.ShouldBeLessThan(2 << 20); // Only the letters that are used.
            }
        }

        // The frozen list of the recall is a file of evidence, and is in its pack.
        Unpack(await quality.GetByteArrayAsync("/evidence/pack?recall=R-1", Stop)).Keys.ShouldContain(n => n.StartsWith("files/", StringComparison.Ordinal));
        (await quality.Ask("/evidence/pack?item=gs1:01/06901234560008/10/NONE")).ShouldBeRefused(404, "question.notFound", "");
        (await quality.Ask("/evidence/pack?recall=none")).ShouldBeRefused(404, "question.notFound", "");
        (await quality.Ask("/evidence/pack")).ShouldBeRefused(400, "question.parameter", "?item");
        (await quality.Ask("/evidence/pack?recall=R-1&from=2020-01-01T00:00:00Z")).ShouldBeRefused(400, "question.parameter", "?item");
    }

    [Fact]
    public async Task What_came_into_a_part_before_the_part_came_into_the_device_is_in_the_pack()
    {
        await using var signing = await Signing.Open(ground);
        await Tell(signing);
        using var system = await signing.House.As("integrator");
        using var quality = await signing.House.As("qualityManager");
        var told = await system.Say("/capture", $$"""
            [{"kind":"componentFitted","id":"c1","happened":"2026-02-20T08:00:00Z","items":["gs1:01/06901234560008/10/B18"],"parent":"gs1:01/06901234560015/21/PACK1","place":"gs1:414/6901234000016"},
             {"kind":"componentFitted","id":"c2","happened":"2026-02-21T08:00:00Z","items":["gs1:01/06901234560015/21/PACK1"],"parent":"gs1:01/06901234567892/21/P4","place":"gs1:414/6901234000016"}]
            """);
        told.Status.ShouldBe(201, told.Body.ToString());
        var cell = told.Body.GetProperty("facts")[0].GetProperty("position").GetInt64();
        foreach (var query in new[] { "item=gs1:01/06901234567892/21/P4", "item=gs1:01/06901234560008/10/B18" })
        {
            var files = Unpack(await quality.GetByteArrayAsync("/evidence/pack?" + query, Stop));
            Encoding.UTF8.GetString(files["entries.jsonl"]).TrimEnd('\n').Split('\n').Select(Position).ShouldContain(cell, query);
            Check(files, signing.Signer.Key).Verdict.ShouldBe(Verdict.Intact);
        }
    }

    [Fact]
    public async Task A_pack_from_a_ledger_of_many_tiles_holds_only_those_it_needs()
    {
        await using var signing = await Signing.Open(ground);
        await Tell(signing);
        using var system = await signing.House.As("integrator");
        using var quality = await signing.House.As("qualityManager");
        for (var batch = 0; batch < 7; batch++)
        {
            var told = await system.Say("/capture", "[" + string.Join(',', Enumerable.Range(0, 300).Select(i => $$"""{"kind":"labelVerified","id":"v{{batch}}-{{i}}","happened":"2026-02-11T08:00:00Z","items":["gs1:01/06901234567892/21/Q{{i}}"],"place":"gs1:414/6901234000016"}""")) + "]");
            told.Status.ShouldBe(201, told.Body.ToString());
        }

        var files = Unpack(await quality.GetByteArrayAsync("/evidence/pack?item=" + P1, Stop));
        Check(files, signing.Signer.Key).Verdict.ShouldBe(Verdict.Intact);
        files.Keys.Where(n => n.StartsWith("tile/", StringComparison.Ordinal)).ShouldBe(["tile/0/000", "tile/0/008.p/69", "tile/1/000.p/8"], ignoreOrder: true);

        // A tile that was made to fit an altered entry does not fit the tile above it.
        var tile = files["tile/0/000"].ToArray();
        tile[500] ^= 1;
        Check(new(files) { ["tile/0/000"] = tile }, signing.Signer.Key).Differences[0].File.ShouldBe("tile/0/000");
    }

    [Fact]
    public async Task A_new_key_is_trusted_by_whoever_trusts_the_first()
    {
        await using var signing = await Signing.Open(ground);
        using var administrator = await signing.House.As("administrator");
        var first = signing.Signer.Key;
        await Tell(signing);
        await administrator.Say("/proof/keys", """{"reason":"yearly"}""");
        await administrator.Say("/proof/keys", """{"reason":"lost laptop"}""");
        using var quality = await signing.House.As("qualityManager");
        var files = Unpack(await quality.GetByteArrayAsync("/evidence/pack?item=" + P1, Stop));
        var report = Check(files, first);
        report.Verdict.ShouldBe(Verdict.Intact, report.ToText(isChinese: false));
        report.Key.ShouldBe(signing.Signer.Key.ToString());
        files.Remove("keys/0001.note");
        Check(files, first).Verdict.ShouldBe(Verdict.Differs);
    }

    [Fact]
    public async Task The_program_says_it_by_its_exit_code_and_in_json()
    {
        await using var signing = await Signing.Open(ground);
        var folder = Directory.CreateTempSubdirectory("clew-pack").FullName;
        var (zip, key) = (Path.Combine(folder, "pack.zip"), signing.Signer.Key.ToString());
        await File.WriteAllBytesAsync(zip, await DevicePack(signing), Stop);
        await ZipFile.ExtractToDirectoryAsync(zip, Path.Combine(folder, "unpacked"), Stop);
        (await Run(zip, "--key", key)).Code.ShouldBe(0);
        (await Run(Path.Combine(folder, "unpacked"), "--key", key)).Code.ShouldBe(0);
        (await Run(zip)).Code.ShouldBe(3);
        (await Run(Path.Combine(folder, "none.zip"))).Code.ShouldBe(1);
        (await Run(zip, "--key", "nonsense")).Code.ShouldBe(1);
        await File.AppendAllTextAsync(Path.Combine(folder, "unpacked", "summary.html"), " ", Stop);
        var (code, output) = await Run(Path.Combine(folder, "unpacked"), "--key", key, "--json");
        code.ShouldBe(2);
        var json = JsonDocument.Parse(output).RootElement;
        json.GetProperty("verdict").GetString().ShouldBe("differs");
        json.GetProperty("differences")[0].GetProperty("file").GetString().ShouldBe("summary.html");
        (await Run(zip, "--key", key, "--language", "zh")).Output.ShouldContain("完好");

        using var auditor = await signing.House.As("auditor");
        var (entry, proof) = (Path.Combine(folder, "entry.json"), Path.Combine(folder, "entry.tlog-proof"));
        await File.WriteAllBytesAsync(entry, await auditor.GetByteArrayAsync("/entries/3", Stop), Stop);
        await File.WriteAllTextAsync(proof, await auditor.GetStringAsync("/proof/inclusion/3", Stop), Stop);
        (await Run("entry", entry, proof, "--key", key)).Code.ShouldBe(0);
        (await Run("entry", zip, proof, "--key", key)).Code.ShouldBe(2);
        var (earlier, later, growth) = (Path.Combine(folder, "earlier"), Path.Combine(folder, "later"), Path.Combine(folder, "growth.json"));
        await File.WriteAllTextAsync(earlier, await auditor.GetStringAsync("/proof/checkpoint", Stop), Stop);
        using var system = await signing.House.As("integrator");
        await system.Say("/capture", Stories.Company.Replace("Pump", "Pumps", StringComparison.Ordinal));
        await auditor.Say("/proof/checkpoints", "");
        await File.WriteAllTextAsync(later, await auditor.GetStringAsync("/proof/checkpoint", Stop), Stop);
        var from = Checkpoint.Read(SignedNote.Read(await File.ReadAllTextAsync(earlier, Stop)).Value.Text).Value.Size;
        await File.WriteAllTextAsync(growth, await auditor.GetStringAsync($"/proof/consistency?from={from}", Stop), Stop);
        (await Run("consistency", earlier, later, growth, "--key", key)).Code.ShouldBe(0);
        (await Run("consistency", later, earlier, growth, "--key", key)).Code.ShouldBe(2);
        Directory.Delete(folder, recursive: true);
    }

    private static long Position(string line) => JsonDocument.Parse(line).RootElement.GetProperty("position").GetInt64();

    // By itself, as an auditor runs it.
    private static async Task<(int Code, string Output)> Run(params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet", [typeof(PackCheck).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(Stop);
        var output = await process.StandardOutput.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        (await errors).ShouldNotContain("   at ");
        return (process.ExitCode, output);
    }

    private static async Task Tell(Signing signing)
    {
        using var system = await signing.House.As("integrator");
        (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
        (await system.Say("/capture", Stories.Pumps)).Status.ShouldBe(201);
    }

    private static async Task<byte[]> DevicePack(Signing signing)
    {
        await Tell(signing);
        using var system = await signing.House.As("integrator");
        using var quality = await signing.House.As("qualityManager");
        using var content = new ByteArrayContent("%PDF-1.4 report"u8.ToArray());
        var file = JsonDocument.Parse(await (await system.PostAsync("/evidence?name=report.pdf", content, Stop)).Content.ReadAsStringAsync(Stop)).RootElement.GetProperty("sha256").GetString();
        (await system.Say("/capture", $$"""[{"kind":"inspected","id":"i1","happened":"2026-02-12T08:00:00Z","items":["{{P1}}"],"place":"gs1:414/6901234000023","outcome":"pass","evidence":[{"kind":"report","name":"report.pdf","sha256":"{{file}}"}]}]""")).Status.ShouldBe(201);
        return await quality.GetByteArrayAsync("/evidence/pack?item=" + P1, Stop);
    }

    // Where a change shows: a root that a tile does not give may be the checkpoint's fault, and the other way round.
    private static bool Concerns(string found, string changed) =>
        found == changed || (changed.StartsWith("tile/", StringComparison.Ordinal) && found is "tile/" or "entries.jsonl") || (changed == "checkpoint" && found == "tile/")
        || (changed == "manifest.note" && found == "manifest.json") || (changed.StartsWith("keys/", StringComparison.Ordinal) && found == "checkpoint");

    private static Report Check(Dictionary<string, byte[]> files, params NoteKey[] keys)
    {
        using var check = new PackCheck(new InMemory(files), keys, []);
        return check.Run();
    }

    internal static Dictionary<string, byte[]> Unpack(byte[] pack)
    {
        using var archive = new ZipArchive(new MemoryStream(pack), ZipArchiveMode.Read);
        return archive.Entries.ToDictionary(e => e.FullName, e =>
        {
            using var stream = e.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }, StringComparer.Ordinal);
    }

    internal sealed class InMemory(Dictionary<string, byte[]> files) : Source
    {
        public override IReadOnlyCollection<string> Names => files.Keys;

        public override Stream? Open(string name) => files.TryGetValue(name, out var bytes) ? new MemoryStream(bytes) : null;

        public override void Dispose()
        {
        }
    }
}
