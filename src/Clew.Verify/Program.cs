using System.CommandLine;
using System.Globalization;
using System.Text;
using Clew.Proof;

namespace Clew.Verify;

/// <summary>The command line of <c>clew-verify</c>. Exit codes: see <see cref="Verdict"/>.</summary>
public static class Program
{
    private static readonly Option<string[]> KeyOption = new("--key") { Description = "The ledger's verifier key (name+id+base64), as you were given it by another way than the pack. May be given several times.", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string[]> WitnessOption = new("--witness") { Description = "The verifier key of a witness that must have co-signed. May be given several times.", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<FileInfo[]> AuthorityOption = new("--tsa") { Description = "A certificate (PEM or DER) of the authority of time that must have stamped the checkpoint, or of the one that issued it. May be given several times.", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<bool> JsonOption = new("--json") { Description = "Report as JSON." };
    private static readonly Option<string> LanguageOption = new("--language") { Description = "en or zh.", DefaultValueFactory = _ => (Environment.GetEnvironmentVariable("LC_ALL") ?? Environment.GetEnvironmentVariable("LANG") ?? "").StartsWith("zh", StringComparison.Ordinal) ? "zh" : "en" };

    /// <summary>Runs it.</summary>
    public static int Main(string[] args)
    {
        Console.OutputEncoding = Encoding.UTF8;
        var pack = new Argument<string>("pack") { Description = "An evidence pack: the zip archive, or the folder that it was unpacked to." };
        var root = new RootCommand("Says of an evidence pack whether every byte is as it was, and names the first that is not. Exit code 0: it is; 2: it is not; 3: consistent, but no --key was given; 1: it could not be checked.")
        {
            pack, KeyOption, WitnessOption, AuthorityOption, JsonOption, LanguageOption, EntryOf(), ConsistencyOf(),
        };
        root.SetAction(parsed => Guarded(() =>
        {
            using var source = Source.At(parsed.GetRequiredValue(pack));
            using var check = new PackCheck(source, Keys(parsed, KeyOption), Keys(parsed, WitnessOption), Authorities(parsed));
            return Say(parsed, check.Run());
        }));
        return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static Command EntryOf()
    {
        var entry = new Argument<string>("entry") { Description = "The entry's bytes, as /entries/{position} gives them." };
        var proof = new Argument<string>("proof") { Description = "The .tlog-proof, as /proof/inclusion/{position} gives it." };
        var command = new Command("entry", "Says whether one entry is in the ledger.") { entry, proof, KeyOption, WitnessOption, JsonOption, LanguageOption };
        command.SetAction(parsed => Guarded(() => Say(parsed, EntryCheck.Inclusion(
            File.ReadAllBytes(parsed.GetRequiredValue(entry)), File.ReadAllText(parsed.GetRequiredValue(proof)), Path.GetFileName(parsed.GetRequiredValue(entry)), Keys(parsed, KeyOption), Keys(parsed, WitnessOption)))));
        return command;
    }

    private static Command ConsistencyOf()
    {
        var earlier = new Argument<string>("earlier") { Description = "A checkpoint that you have kept." };
        var later = new Argument<string>("later") { Description = "A later one." };
        var proof = new Argument<string>("proof") { Description = "What /proof/consistency?from=…&to=… gives." };
        var command = new Command("consistency", "Says whether the ledger only grew between two checkpoints.") { earlier, later, proof, KeyOption, WitnessOption, JsonOption, LanguageOption };
        command.SetAction(parsed => Guarded(() => Say(parsed, EntryCheck.Consistency(
            File.ReadAllText(parsed.GetRequiredValue(earlier)), File.ReadAllText(parsed.GetRequiredValue(later)), File.ReadAllBytes(parsed.GetRequiredValue(proof)), Keys(parsed, KeyOption), Keys(parsed, WitnessOption)))));
        return command;
    }

    private static List<NoteKey> Keys(ParseResult parsed, Option<string[]> option) =>
        [.. (parsed.GetValue(option) ?? []).Select(k => NoteKey.Read(k).TryGet(out var key) ? key : throw new ArgumentException($"'{k}' is no verifier key."))];

    private static List<Org.BouncyCastle.X509.X509Certificate> Authorities(ParseResult parsed) =>
        [.. (parsed.GetValue(AuthorityOption) ?? []).SelectMany(f => Timestamp.Certificates(File.ReadAllBytes(f.FullName)) is { Count: > 0 } read ? read : throw new ArgumentException($"{f.Name} holds no certificate."))];

    private static int Say(ParseResult parsed, Report report)
    {
        if (parsed.GetValue(JsonOption))
        {
            using var output = Console.OpenStandardOutput();
            report.WriteJson(output);
            output.WriteByte((byte)'\n');
        }
        else
        {
            Console.Write(report.ToText(parsed.GetValue(LanguageOption) == "zh"));
        }

        return (int)report.Verdict;
    }

    private static int Guarded(Func<int> check)
    {
        try
        {
            return check();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or Org.BouncyCastle.Security.Certificates.CertificateException)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"clew-verify: {e.Message}"));
            return (int)Verdict.Unchecked;
        }
    }
}
