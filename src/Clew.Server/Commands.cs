using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Clew.Access;
using Clew.MasterData;
using Clew.Server.Access;
using Clew.Server.Care;
using Clew.Server.Evidence;
using Clew.Server.Identification;
using Clew.Server.Integration.Epcis;
using Clew.Server.Integration.Subscriptions;
using Clew.Server.Ledger;
using Clew.Server.Proof;
using Clew.Server.Storage;
using Clew.Server.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Server;

/// <summary>The command line: what an operator types behind <c>./clew</c>. Failures are one sentence and exit code 1, never a stack.</summary>
public static class Commands
{
    /// <summary>Listens only to this machine unless told otherwise: TLS and the outside world belong to a proxy.</summary>
    public const string UsualUrls = "http://127.0.0.1:5080";

    // After a signal: requests under way are answered and PostgreSQL writes its checkpoint. The usual two seconds would cut both off.
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(60);

    private static readonly Option<string?> DatabaseOption = new("--database") { Description = "A PostgreSQL of your own, as Npgsql writes it: \"Host=…;Username=…;Password=…;Database=…\". Without it a private one is used." };
    private static readonly Option<string?> DataOption = new("--data") { Description = "Folder of the private PostgreSQL. Usually the user's data folder; CLEW_DATA says the same." };

    /// <summary>Runs one command.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(string[] args)
    {
        var root = new RootCommand("Clew 溯线: the system of record for the life of every serialised medical device.")
        {
            Serve(), Key(), PersonOf(), RebuildOf(), AuditOf(), Identify(), RegulatorsOf(), EpcisCommands.All(), Version(),
        };
        return await Invoke(root, args);
    }

    /// <summary>Runs one command of this tree; whatever it cannot do is said in one sentence.</summary>
    public static async Task<int> Invoke(RootCommand root, string[] args)
    {
        try
        {
            return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = StopMax });
        }
        catch (Exception e) when (e is StorageException or IOException or UnauthorizedAccessException or Npgsql.NpgsqlException or ArgumentException)
        {
            await Console.Error.WriteLineAsync("clew: " + e.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }

    private static Command Serve()
    {
        var urls = new Option<string>("--urls") { Description = "Where to listen.", DefaultValueFactory = _ => UsualUrls };
        var reach = new Option<string[]>("--reach") { Description = "A private network that webhooks may go to, such as 10.1.0.0/16; may be given several times. Without it they go to the public internet only.", DefaultValueFactory = _ => [] };
        var keys = new Option<string?>("--keys") { Description = "Folder of the ledger's key, outside of the database; CLEW_KEYS says the same. Usually beside the private database's folder, with -keys behind its name. Of several servers on one database exactly one has it." };
        var origin = new Option<string?>("--origin") { Description = "The ledger's name for all the world, when its key is made: such as example.com/clew." };
        var every = new Option<int>("--checkpoint-every") { Description = "Seconds after which what was added is signed.", DefaultValueFactory = _ => (int)ProofSettings.EveryUsual.TotalSeconds };
        var folder = new Option<string?>("--checkpoints") { Description = "Folder where each checkpoint is put as a file: best one that nobody can change afterwards." };
        var hook = new Option<Uri?>("--checkpoint-hook") { Description = "Address to which each checkpoint is posted." };
        var audit = new Option<long>("--audit") { Description = "Megabytes of the ledger that the self-audit reads a second; 0 for none.", DefaultValueFactory = _ => ProofSettings.AuditBytesUsual >> 20 };
        var mail = new Option<string?>("--checkpoint-mail") { Description = "Address to which a checkpoint goes by e-mail; see --mail-server." };
        var mailServer = new Option<Uri?>("--mail-server") { Description = "smtp://user@host:587 or smtps://user@host:465; the password in CLEW_MAIL_PASSWORD." };
        var mailFrom = new Option<string?>("--mail-from") { Description = "The sender's address; usually the receiver's own." };
        var mailEvery = new Option<int>("--checkpoint-mail-every") { Description = "Minutes between two mails at least.", DefaultValueFactory = _ => (int)MailSettings.EveryUsual.TotalMinutes };
        var timestamps = new Option<Uri?>("--timestamps") { Description = "Address of an authority of time (RFC 3161) that stamps each checkpoint." };
        var scan = new Option<string?>("--virus-scan") { Description = "Scans files of evidence before they are kept: clamd://host:port, or the path of a program that reads the file from its input and ends with 0 (clean) or 1 (infected). What cannot be scanned is not kept." };
        var views = new Option<int>("--audit-views") { Description = "Hours between two rounds in which all views are told again and compared; 0 for none.", DefaultValueFactory = _ => (int)ProofSettings.ViewsEveryUsual.TotalHours };
        var command = new Command("serve", "Runs the server until Ctrl+C or SIGTERM.") { DatabaseOption, DataOption, urls, reach, keys, origin, every, folder, hook, audit, views, scan, mail, mailServer, mailFrom, mailEvery, timestamps };
        command.SetAction(async (parsed, ct) =>
        {
            await using var home = await Open(parsed, ct);
            var at = parsed.GetValue(keys) ?? Environment.GetEnvironmentVariable("CLEW_KEYS") ?? (home.Folder is { } data ? data + "-keys" : null);
            using var signer = at is null ? null : Signer.Open(Path.GetFullPath(at), parsed.GetValue(origin), TimeProvider.System.GetUtcNow());
            var proof = new ProofSettings(signer, TimeSpan.FromSeconds(Math.Max(1, parsed.GetValue(every))), parsed.GetValue(folder), parsed.GetValue(hook), parsed.GetValue(audit) << 20, parsed.GetValue(views) is > 0 and var hours ? TimeSpan.FromHours(hours) : null,
                MailSettings.Read(parsed.GetValue(mail), parsed.GetValue(mailServer), parsed.GetValue(mailFrom), Environment.GetEnvironmentVariable("CLEW_MAIL_PASSWORD"), TimeSpan.FromMinutes(Math.Max(1, parsed.GetValue(mailEvery)))),
                parsed.GetValue(timestamps));
            var opened = parsed.GetValue(reach)!.Select(n => System.Net.IPNetwork.TryParse(n, out var network) ? network : throw new ArgumentException($"'{n}' is no network. Write it as 10.1.0.0/16 or fd00::/8.")).ToList();
            await using var app = WebServer.Build(home.Database, parsed.GetValue(urls)!, builder =>
            {
                builder.Services.AddSingleton(new Reach(opened));
                builder.Services.AddSingleton(ScanSettings.Read(parsed.GetValue(scan)));
                builder.Services.AddSingleton(new CareSettings(at is null ? null : CareKeys.Open(Path.GetFullPath(at))));
            }, proof);
            await app.StartAsync(ct);
            Console.WriteLine($"Clew listens on {string.Join(", ", app.Urls)}; its data lie in {home.Where}.");
            await Invite(app, ct);
            Console.WriteLine(signer is null ? "This server signs no checkpoints: name a folder for the ledger's key with --keys." : $"Checkpoints are verified by {signer.Key}");
            if (!Paper.IsPossible)
            {
                Console.WriteLine("Evidence packs hold no PDF: no font with Chinese letters was found. Install one (Debian: apt-get install fonts-noto-cjk), or name its file in CLEW_FONT.");
            }

            await app.WaitForShutdownAsync(ct);
            return 0;
        });
        return command;
    }

    // Whoever types here is known to the machine, not to us; that it was done stands in the ledger all the same.
    private static async Task Record(Npgsql.NpgsqlDataSource database, string what, CancellationToken ct, params (string Name, string? Value)[] details)
    {
        await using var writer = new LedgerWriter(database, TimeProvider.System, NullLogger<LedgerWriter>.Instance);
        await new AccessLog(writer, TimeProvider.System).Changed("user:operator", what, "command line", Environment.MachineName, ct, details);
    }

    // Of a database that nobody was ever added to, whoever starts the server is the administrator.
    private static async Task Invite(Microsoft.AspNetCore.Builder.WebApplication app, CancellationToken ct)
    {
        if (!await app.Services.GetRequiredService<People>().IsEmpty(ct))
        {
            return;
        }

        var first = new Person("admin", "Administrator", "管理员", "administrator", null);
        var added = await app.Services.GetRequiredService<AccessDesk>().Add(new Caller("system:clew", "", null), first, "first start", "", ct);
        if (added.IsRead)
        {
            Console.WriteLine($"Nobody can sign in yet. Set the administrator's password, as 'admin', within {People.LinkLife.TotalHours:0} hours:");
            Console.WriteLine($"  {app.Urls.First()}{SignIn.LinkAddress}{added.Value}");
        }
    }

    private static Command Identify()
    {
        var command = new Command("identify", "Reads UDIs: a JSON string a line in (an array for the two symbols of one label), a JSON object a line out. Needs no database.");
        command.SetAction(_ =>
        {
            using var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
            using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
            return IdentifyCommand.Run(input, output);
        });
        return command;
    }

    private static Command RegulatorsOf()
    {
        var regulator = new Argument<string>("regulator") { Description = "One of: " + string.Join(", ", Regulator.All.Select(r => r.Word)) + "." };
        var file = new Argument<FileInfo>("file") { Description = "The database's release: .xml, .csv (or .txt) or .json." };
        var command = new Command("regulators", "Takes in a file of a regulator's database of devices; its bytes are kept.") { regulator, file, DatabaseOption, DataOption };
        command.SetAction(async (parsed, ct) =>
        {
            var word = parsed.GetRequiredValue(regulator);
            var known = Regulator.Find(word) ?? throw new ArgumentException($"There is no regulator '{word}'. Known are: {string.Join(", ", Regulator.All.Select(r => r.Word))}.");
            var path = parsed.GetRequiredValue(file);
            if (path.Length > Files.LengthMax)
            {
                throw new ArgumentException($"{path.Name} is longer than {Files.LengthMax} bytes. Take it in in parts.");
            }

            var bytes = await File.ReadAllBytesAsync(path.FullName, ct);
            var mediaType = path.Extension.ToLowerInvariant() switch { ".xml" => "application/xml", ".json" => "application/json", _ => "text/csv" };
            await using var home = await Open(parsed, ct);
            var imported = await new Regulators(home.Database, new Files(home.Database, TimeProvider.System), TimeProvider.System).Import(known, path.Name, mediaType, bytes, "user:operator", ct);
            foreach (var finding in imported.IsRead ? imported.Value.Findings : imported.Findings)
            {
                await Console.Error.WriteLineAsync($"{finding.Path}: {finding.What(CultureInfo.InvariantCulture)} {finding.Remedy(CultureInfo.InvariantCulture)}");
            }

            if (!imported.IsRead)
            {
                return 1;
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{imported.Value.Records:#,0} records read, {imported.Value.Kept:#,0} of them new or newer; the file is kept as {imported.Value.Source}."));
            return 0;
        });
        return command;
    }

    private static Command Key()
    {
        var (name, role, party) = WhoArguments("The system, such as mes-suzhou.");
        var command = new Command("key", "Makes a key for a system and shows it once. Earlier ones stay good until they are withdrawn on the page of keys.") { name, role, party, DatabaseOption, DataOption };
        command.SetAction(async (parsed, ct) =>
        {
            var known = Known(parsed.GetRequiredValue(role));
            await using var home = await Open(parsed, ct);
            await Record(home.Database, "keyIssued", ct, ("system", "system:" + parsed.GetRequiredValue(name)), ("role", known), ("party", parsed.GetValue(party)));
            Console.WriteLine(await new Keys(home.Database, TimeProvider.System).Issue(parsed.GetRequiredValue(name), known, parsed.GetValue(party), ct));
            return 0;
        });
        return command;
    }

    private static Command PersonOf()
    {
        var (name, role, party) = WhoArguments("What the person signs in with, such as li.na.");
        var called = new Option<string?>("--called") { Description = "The person's name as it is shown." };
        var command = new Command("person", "Adds somebody who signs in, or gives a known one a new password, which is shown once.") { name, role, party, called, DatabaseOption, DataOption };
        command.SetAction(async (parsed, ct) =>
        {
            var known = Known(parsed.GetRequiredValue(role));
            await using var home = await Open(parsed, ct);
            var shown = parsed.GetValue(called) ?? parsed.GetRequiredValue(name);
            var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));
            await Record(home.Database, "passwordSet", ct, ("person", "user:" + parsed.GetRequiredValue(name)), ("role", known), ("party", parsed.GetValue(party)));
            await new People(home.Database).Put(new Person(parsed.GetRequiredValue(name), shown, shown, known, parsed.GetValue(party)), password, ct);
            Console.WriteLine(password);
            return 0;
        });
        return command;
    }

    private static Command RebuildOf()
    {
        var check = new Option<bool>("--check") { Description = "Only compare with the live tables, row by row; change nothing." };
        var tree = new Option<bool>("--tree") { Description = "Tell the tree over the entries again from their leaves, and nothing else." };
        var command = new Command("rebuild", "Tells every view again from the ledger and puts it in the place of the live one.") { check, tree, DatabaseOption, DataOption };
        command.SetAction(async (parsed, ct) =>
        {
            await using var home = await Open(parsed, ct);
            if (parsed.GetValue(tree))
            {
                var size = await Rebuild.Tree(home.Database, ct);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The tree over {size:#,0} entries is told."));
                return 0;
            }

            var told = new Progress<(long Told, long Size)>(p => Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{p.Told:#,0} of {p.Size:#,0} entries told")));
            var rebuilt = parsed.GetValue(check) ? await Rebuild.Check(home.Database, told, ct) : await Rebuild.Swap(home.Database, told, ct);
            await Console.Error.WriteLineAsync();
            if (rebuilt.Difference is { } difference)
            {
                Console.WriteLine($"{difference.Table} differs first at {(difference.Position is { } at ? string.Create(CultureInfo.InvariantCulture, $"entry {at}") : "a row of no entry")}\n  live    {difference.Live ?? "(no such row)"}\n  retold  {difference.Retold ?? "(no such row)"}");
                return 2;
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rebuilt.Size:#,0} entries told, {rebuilt.Rows.Values.Sum():#,0} rows{(parsed.GetValue(check) ? ", all as they are live" : " in place")}."));
            return 0;
        });
        return command;
    }

    private static Command AuditOf()
    {
        var command = new Command("audit", "Reads the whole ledger and hashes every entry again; names the first that is not what it was. Exit code 2: something differs.") { DatabaseOption, DataOption };
        command.SetAction(async (parsed, ct) =>
        {
            await using var home = await Open(parsed, ct);
            using var audit = new SelfAudit(home.Database, new Alarms(home.Database, TimeProvider.System), new ProofSettings(), TimeProvider.System, NullLogger<SelfAudit>.Instance);
            var read = new Progress<(long Read, long Size)>(p => Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{p.Read:#,0} of {p.Size:#,0} entries read")));
            var finding = await audit.Round(read, ct);
            var size = (await audit.State(ct)).Size;
            await Console.Error.WriteLineAsync();
            Console.WriteLine(finding is null ? string.Create(CultureInfo.InvariantCulture, $"{size:#,0} entries, each as it was recorded.") : finding.What(CultureInfo.CurrentUICulture) + "\n" + finding.Remedy(CultureInfo.CurrentUICulture));
            return finding is null ? 0 : 2;
        });
        return command;
    }

    private static Command Version()
    {
        var command = new Command("version", "Says which version this is.");
        command.SetAction(_ => Console.WriteLine(Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion));
        return command;
    }

    private static Task<Home> Open(ParseResult parsed, CancellationToken ct) => Home.Open(parsed.GetValue(DatabaseOption), parsed.GetValue(DataOption), "clew", ct);

    private static (Argument<string> Name, Argument<string> Role, Option<string?> Party) WhoArguments(string name) =>
        (new Argument<string>("name") { Description = name },
         new Argument<string>("role") { Description = "One of: " + string.Join(", ", Roles.All.Select(r => r.Word)) + "." },
         new Option<string?>("--party") { Description = "The organisation that it acts for, such as gs1:417/6901234000016; outsiders see only its items." });

    private static string Known(string role) => Roles.Find(role)?.Word ?? throw new ArgumentException($"There is no role '{role}'. Known are: {string.Join(", ", Roles.All.Select(r => r.Word))}.");
}
