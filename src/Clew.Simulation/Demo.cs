using System.Diagnostics;
using System.Globalization;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Proof;
using Clew.Server.Storage;
using Clew.Server.Web;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Clew.Simulation;

/// <summary>The product with the demo company in it, for looking around.</summary>
public static class Demo
{
    /// <summary>The same for every demo user; the demo listens only to this machine.</summary>
    public const string Password = "clew-demo";

    /// <summary>One person of each role.</summary>
    public static IReadOnlyList<Person> People(Company company) =>
    [
        new("wang.min", "Wang Min", "王敏", "qualityManager", null),
        new("li.na", "Li Na", "李娜", "warehouseOperator", null),
        new("chen.jie", "Chen Jie", "陈杰", "productionOperator", null),
        new("zhao.lei", "Zhao Lei", "赵磊", "serviceEngineer", null),
        new("sun.yan", "Sun Yan", "孙燕", "masterDataSteward", null),
        new("zhou.ping", "Zhou Ping", "周平", "distributor", company.Distributors[2].Party.Text),
        new("wu.xia", "Wu Xia", "吴霞", "hospital", company.Hospitals[3].Party.Text),
        new("audit", "External auditor", "外部审核员", "auditor", null),
        new("integ", "Integrator", "集成工程师", "integrator", null),
        new("admin", "Administrator", "管理员", "administrator", null),
        new("boss", "Management", "管理层", "management", null),
    ];

    /// <summary>What a system of the company may do, by the sender's name.</summary>
    public static (string Role, Identity? Party) RoleOf(string sender, Company company) =>
        sender == "qms" ? ("qualityManager", null)
        : sender == "service" ? ("serviceEngineer", null)
        : company.Distributors.Concat(company.Hospitals).FirstOrDefault(o => o.Sender == sender) is { } outside ? (sender.StartsWith("hospital", StringComparison.Ordinal) ? "hospital" : "distributor", outside.Party)
        : ("integrator", null);

    /// <summary>Runs until it is stopped.</summary>
    public static async Task<int> Run(string? folder, string urls, string tier, bool fresh, CancellationToken ct)
    {
        var numbers = Numbers.Of(tier);
        folder = folder is null ? PrivatePostgres.DefaultFolder() + "-demo" : Path.GetFullPath(folder);
        await using var postgres = await PrivatePostgres.Start(folder, ct);
        var name = "demo_" + tier;
        var isNew = fresh || !await IsLoaded(postgres, name, ct);
        if (isNew)
        {
            await Drop(postgres, name, ct);
            // Another story is another ledger: the signer would not sign it with what it remembers of the last.
            if (Directory.Exists(Keys(folder, name)))
            {
                Directory.Delete(Keys(folder, name), recursive: true);
            }
        }

        await postgres.Ensure(name, ct);
        await using var database = await Database.Open(postgres.ConnectionString(name), ct);
        using var signer = Signer.Open(Keys(folder, name), null, TimeProvider.System.GetUtcNow());
        await using var app = WebServer.Build(database, urls, proof: new ProofSettings(signer, AuditBytes: ProofSettings.AuditBytesUsual));
        await app.StartAsync(ct);
        var story = new Story(numbers, DateOnly.FromDateTime(DateTime.Today));
        if (isNew)
        {
            await Load(story, new Uri(app.Urls.First()), app.Services.GetRequiredService<Keys>(), database, ct);
        }

        Greet(app.Urls.First(), story);
        await app.WaitForShutdownAsync(ct);
        return 0;
    }

    private static string Keys(string folder, string name) => $"{folder}-keys-{name}";

    private static async Task Load(Story story, Uri server, Keys keys, NpgsqlDataSource database, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var bar = new Bar();
        using var loader = new Loader(server, async sender =>
        {
            var (role, party) = RoleOf(sender, story.Company);
            return await keys.Issue(sender, role, party?.Text, ct);
        });
        var sent = await loader.Load(story, bar, ct);
        bar.End(string.Create(CultureInfo.InvariantCulture, $"{sent:#,0} facts in {clock.Elapsed.TotalSeconds:0} s."));

        // The people come last: their being there says that the load was not broken off.
        var people = new People(database);
        foreach (var person in People(story.Company))
        {
            await people.Put(person, Password, ct);
        }
    }

    private static async Task<bool> IsLoaded(PrivatePostgres postgres, string name, CancellationToken ct)
    {
        await postgres.Ensure(name, ct);
        await using var database = await Database.Open(postgres.ConnectionString(name), ct);
        return await new People(database).Find("boss", ct) is not null;
    }

    private static async Task Drop(PrivatePostgres postgres, string name, CancellationToken ct)
    {
        NpgsqlConnection.ClearAllPools();
        await using var connection = new NpgsqlConnection(postgres.ConnectionString("postgres"));
        await connection.OpenAsync(ct);
        await using var drop = new NpgsqlCommand($"drop database if exists \"{name}\" with (force)", connection);
        await drop.ExecuteNonQueryAsync(ct);
    }

    private static void Greet(string address, Story story)
    {
        Console.WriteLine($"""

              Clew 溯线    {address}

              Users 用户 (password 密码: {Password})
            """);
        foreach (var person in People(story.Company))
        {
            var role = Clew.Access.Roles.Find(person.Role)!;
            Console.WriteLine($"    {person.Name,-10} {role.En,-22} {role.Zh}");
        }

        Console.WriteLine($"""

              A tour in three steps                                      三步导览
              1  Sign in as wang.min and scan or type {Plan.BadLot}    以 wang.min 登录，扫描或输入 {Plan.BadLot}
                 Trace it: which pumps hold the cell, and where.           追溯：哪些输液泵含此批电芯、现在何处。
              2  Open a recall of the lot, freeze its scope, lock it.      启动召回，冻结范围，一键锁定。
              3  Scan serial 000731: two devices of two models.            扫描序列号 000731：两个型号的两台设备。
                 Open one: its life, parts, certificate and holds.         打开其一：全生命周期、部件、证书与冻结。

              Ctrl+C stops everything.  按 Ctrl+C 停止。
            """);
    }

    /// <summary>A progress bar where somebody looks, and a line now and then where nobody does.</summary>
    private sealed class Bar : IProgress<(int Sent, int All)>
    {
        private const int Width = 40;
        private readonly bool isSeen = !Console.IsErrorRedirected;
        private readonly Lock gate = new();
        private int shown = -1;

        public void Report((int Sent, int All) value)
        {
            var percent = (int)(100L * value.Sent / value.All);
            lock (gate)
            {
                if (percent <= shown || (!isSeen && percent / 10 == shown / 10 && shown >= 0))
                {
                    return;
                }

                shown = percent;
                var done = Width * percent / 100;
                Console.Error.Write(isSeen
                    ? $"\rLoading the demo company 载入演示公司 [{new string('#', done)}{new string('.', Width - done)}] {percent} %"
                    : $"Loading the demo company: {percent} %\n");
            }
        }

        public void End(string text) => Console.Error.WriteLine(isSeen ? "\n" + text : text);
    }
}
