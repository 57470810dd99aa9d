using System.Globalization;
using System.Runtime.InteropServices;
using Clew.Bench;

// clew-bench [capture] [documents] [questions [--to EVENTS]]
// Each figure is a ratio of two things measured in this run on this machine. Nothing else should run beside it.
string[] all = ["capture", "documents", "questions"];
var chosen = args.Where(a => all.Contains(a)).ToArray() is { Length: > 0 } some ? some : all;
var to = Array.IndexOf(args, "--to") is >= 0 and var at ? long.Parse(args[at + 1], CultureInfo.InvariantCulture) : 5_000_000;

Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, {RuntimeInformation.OSDescription}, .NET {Environment.Version}, PostgreSQL with fsync on"));
foreach (var bench in chosen)
{
    // A database of its own for each, so that none finds what another left.
    await using var ground = await Ground.Start(Path.Combine(Path.GetTempPath(), "clew-bench-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
    await (bench switch
    {
        "capture" => CaptureBench.Run(ground),
        "documents" => DocumentsBench.Run(ground),
        _ => QuestionsBench.Run(ground, to),
    });
}
