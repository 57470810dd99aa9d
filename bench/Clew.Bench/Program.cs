using System.Globalization;
using System.Runtime.InteropServices;
using Clew.Bench;

// clew-bench [capture] [documents] [questions [--to EVENTS]] [events [--to EVENTS]] [proof [--to EVENTS] [--units OF A PACK]]
// clew-bench identification                    reads of every syntax a second and their allocations; needs no database
// clew-bench fuzz [COUNT an agency] [SEED]     random and mutated codes
if (args is ["identification", ..])
{
    IdentificationSpeed.Run(Console.Out);
    return;
}

if (args is ["fuzz", ..])
{
    foreach (var agency in IdentificationFuzz.Seeds.Keys)
    {
        var count = args.Length > 1 ? long.Parse(args[1], CultureInfo.InvariantCulture) : 10_000_000;
        Console.WriteLine($"{agency}: {IdentificationFuzz.Run(agency, count, args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1):N0} answered");
    }

    return;
}

// Each figure is a ratio of two things measured in this run on this machine. Nothing else should run beside it.
string[] all = ["capture", "documents", "questions", "events", "proof"];
var chosen = args.Where(a => all.Contains(a)).ToArray() is { Length: > 0 } some ? some : all;
var units = Array.IndexOf(args, "--units") is >= 0 and var u ? long.Parse(args[u + 1], CultureInfo.InvariantCulture) : 100_000;
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
        "proof" => ProofBench.Run(ground, to, units),
        "events" => EventsBench.Run(ground, Math.Min(to, 1_000_000)),
        _ => QuestionsBench.Run(ground, to),
    });
}
