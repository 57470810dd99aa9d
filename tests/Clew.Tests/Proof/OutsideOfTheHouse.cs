using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using Clew.Proof;
using Clew.Server.Proof;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Clew.Verify;
using MimeKit;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tsp;
using Org.BouncyCastle.Utilities.Collections;
using Org.BouncyCastle.X509;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Clew.Tests.Proof;

/// <summary>Checkpoints that leave the house: to a mailbox, on a real SMTP server, and to an authority of time, over real HTTP.</summary>
public sealed class OutsideOfTheHouse(Ground ground)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_brings_the_checkpoint_byte_for_byte()
    {
        var (port, box) = (FreePort(), new Mailbox());
        var services = new SmtpServer.ComponentModel.ServiceProvider();
        services.Add((IMessageStore)box);
        services.Add((IUserAuthenticator)new Doorkeeper());
        var options = new SmtpServerOptionsBuilder().ServerName("mail.example").Endpoint(e => e.Endpoint(new IPEndPoint(IPAddress.Loopback, port)).AllowUnsecureAuthentication(true).AuthenticationRequired(true)).Build();
        var server = new SmtpServer.SmtpServer(options, services);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var serving = server.StartAsync(over.Token);

        // At first with a wrong password: nothing arrives, and the next tick tries again.
        MailSettings Mail(string password) => MailSettings.Read("auditor@example.org", new Uri($"smtp://clew%40example.com@127.0.0.1:{port}"), "clew@example.com", password, TimeSpan.Zero)!;
        await using (await Signing.Open(ground, s => s with { Every = TimeSpan.FromMilliseconds(50), Mail = Mail("wrong") }))
        {
            await Doorkeeper.Refused.Task.WaitAsync(Stop);
        }

        box.Messages.Count.ShouldBe(0);
        await using var signing = await Signing.Open(ground, s => s with { Every = TimeSpan.FromMilliseconds(50), Mail = Mail("right") });
        var first = await box.Next(Stop);
        using var system = await signing.House.As("integrator");
        await system.Say("/capture", Stories.Company);
        var second = await box.Next(Stop);
        using var auditor = await signing.House.As("auditor");
        var signed = (await auditor.Ask("/proof/checkpoints")).Body.GetProperty("checkpoints").EnumerateArray().ToDictionary(c => c.GetProperty("size").GetInt64(), c => c.GetProperty("note").GetString());
        foreach (var (message, size) in new[] { (first, 1L), (second, 8L) })
        {
            var file = (MimePart)message.Attachments.Single();
            file.FileName.ShouldBe(size.ToString(CultureInfo.InvariantCulture).PadLeft(12, '0') + ".checkpoint");
            using var bytes = new MemoryStream();
            file.Content!.DecodeTo(bytes, Stop);
            bytes.ToArray().ShouldBe(System.Text.Encoding.UTF8.GetBytes(signed[size]!));
            SignedNote.Read(System.Text.Encoding.UTF8.GetString(bytes.ToArray())).Value.By(signing.Signer.Key, Clew.Server.Proof.Ed25519.Verify).ShouldBe(Signed.Truly);
            message.TextBody!.ShouldContain("账本 " + signing.Signer.Origin);
            (message.From.ToString(), message.To.ToString()).ShouldBe(("clew@example.com", "auditor@example.org"));
        }

        // Nothing new, no mail.
        box.Messages.Count.ShouldBe(2);
        Should.Throw<ArgumentException>(() => MailSettings.Read("a@b.example", null, null, null, TimeSpan.Zero)).Message.ShouldContain("--mail-server");
        Should.Throw<ArgumentException>(() => MailSettings.Read("nobody", new Uri("smtp://x"), null, null, TimeSpan.Zero));
        await over.CancelAsync();
        await serving.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task An_authority_of_time_stamps_a_checkpoint_and_the_auditors_program_checks_it()
    {
        using var authority = new Authority("CN=Test Authority of Time");
        using var other = new Authority("CN=Another Authority");
        await using var signing = await Signing.Open(ground, s => s with { Timestamps = authority.Address });
        using var system = await signing.House.As("integrator");
        using var quality = await signing.House.As("qualityManager");
        await system.Say("/capture", Stories.Company);
        await system.Say("/capture", Stories.Pumps);
        var before = DateTimeOffset.UtcNow.AddSeconds(-2);
        (await quality.Say("/proof/checkpoints", "")).Body.TryGetProperty("timestamp", out _).ShouldBeTrue();
        var files = Packs.Unpack(await quality.GetByteArrayAsync("/evidence/pack?item=gs1:01/06901234567892/21/P1", Stop));
        files.Keys.ShouldContain("checkpoint.tst");
        Report Check(Dictionary<string, byte[]> pack, params X509Certificate[] trusted)
        {
            using var check = new PackCheck(new Packs.InMemory(pack), [signing.Signer.Key], [], trusted);
            return check.Run();
        }

        var report = Check(files, authority.Certificate);
        report.Verdict.ShouldBe(Verdict.Intact, report.ToText(isChinese: false));
        report.Stamped!.By.ShouldBe("CN=Test Authority of Time");
        report.Stamped.IsTrusted.ShouldBeTrue();
        report.Stamped.At.ShouldBeInRange(before, DateTimeOffset.UtcNow.AddSeconds(2));
        report.ToText(isChinese: true).ShouldContain("时间戳");

        // Without a certificate it is said, and not taken for more; with another's it does not do.
        (Check(files).Verdict, Check(files).Stamped!.IsTrusted).ShouldBe((Verdict.Intact, false));
        Check(files, other.Certificate).Differences.ShouldContain(d => d.File == "checkpoint.tst" && d.En.Contains("whose certificate was not given"));
        var token = files["checkpoint.tst"];
        for (var at = 0; at < token.Length; at += Math.Max(1, token.Length / 61))
        {
            var altered = token.ToArray();
            altered[at] ^= 1;
            Check(new(files) { ["checkpoint.tst"] = altered }, authority.Certificate).Verdict.ShouldBe(Verdict.Differs);
        }

        // A true token over another checkpoint.
        var stranger = await TimestampAuthority.Stamp(new HttpClient(), authority.Address, "another text\n", Stop);
        Check(new(files) { ["checkpoint.tst"] = stranger }, authority.Certificate).Differences.ShouldContain(d => d.En.Contains("about another text"));
        var without = new Dictionary<string, byte[]>(files);
        without.Remove("checkpoint.tst");
        Check(without, authority.Certificate).Verdict.ShouldBe(Verdict.Differs);

        // One that is away, or answers nonsense, costs no checkpoint.
        foreach (var mood in new[] { Mood.Nonsense, Mood.Refuses, Mood.Silent })
        {
            authority.Mood = mood;
            await system.Say("/capture", $$"""[{"kind":"labelVerified","id":"t{{mood}}","happened":"2026-02-11T08:00:00Z","items":["gs1:01/06901234567892/21/P1"],"place":"gs1:414/6901234000016"}]""");
            var (status, made) = await quality.Say("/proof/checkpoints", "");
            (status, made.TryGetProperty("timestamp", out _)).ShouldBe((201, false), mood.ToString());
        }
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private sealed class Mailbox : MessageStore
    {
        private readonly System.Threading.Channels.Channel<MimeMessage> arriving = System.Threading.Channels.Channel.CreateUnbounded<MimeMessage>();

        public List<MimeMessage> Messages { get; } = [];

        public async Task<MimeMessage> Next(CancellationToken ct) => await arriving.Reader.ReadAsync(ct);

        public override async Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            var message = await MimeMessage.LoadAsync(new MemoryStream(buffer.ToArray()), cancellationToken);
            Messages.Add(message);
            await arriving.Writer.WriteAsync(message, cancellationToken);
            return SmtpResponse.Ok;
        }
    }

    private sealed class Doorkeeper : UserAuthenticator
    {
        public static readonly TaskCompletionSource Refused = new();

        public override Task<bool> AuthenticateAsync(ISessionContext context, string user, string password, CancellationToken cancellationToken)
        {
            var isRight = (user, password) == ("clew@example.com", "right");
            if (!isRight)
            {
                Refused.TrySetResult();
            }

            return Task.FromResult(isRight);
        }
    }

    private enum Mood
    {
        Answers,
        Nonsense,
        Refuses,
        Silent,
    }

    /// <summary>An authority of time over HTTP, as RFC 3161 3.4 has it.</summary>
    private sealed class Authority : IDisposable
    {
        private readonly HttpListener listener = new();
        private readonly TimeStampResponseGenerator responses;
        private int serial;

        public Authority(string name)
        {
            var keys = GeneratorUtilities.GetKeyPairGenerator("RSA");
            keys.Init(new KeyGenerationParameters(new SecureRandom(), 2048));
            var pair = keys.GenerateKeyPair();
            var certificate = new X509V3CertificateGenerator();
            certificate.SetSerialNumber(BigInteger.ValueOf(7));
            certificate.SetIssuerDN(new X509Name(name));
            certificate.SetSubjectDN(new X509Name(name));
            certificate.SetNotBefore(DateTime.UtcNow.AddDays(-1));
            certificate.SetNotAfter(DateTime.UtcNow.AddDays(1));
            certificate.SetPublicKey(pair.Public);
            certificate.AddExtension(X509Extensions.ExtendedKeyUsage, critical: true, new ExtendedKeyUsage(KeyPurposeID.id_kp_timeStamping));
            Certificate = certificate.Generate(new Asn1SignatureFactory("SHA256WITHRSA", pair.Private));
            var tokens = new TimeStampTokenGenerator(pair.Private, Certificate, TspAlgorithms.Sha256, "1.3.6.1.4.1.99999.1");
            tokens.SetCertificates(CollectionUtilities.CreateStore([Certificate]));
            responses = new TimeStampResponseGenerator(tokens, TspAlgorithms.Allowed);
            Address = new Uri($"http://127.0.0.1:{FreePort()}/");
            listener.Prefixes.Add(Address.ToString());
            listener.Start();
            _ = Serve();
        }

        public Uri Address { get; }

        public X509Certificate Certificate { get; }

        public Mood Mood { get; set; }

        public void Dispose() => listener.Close();

        private async Task Serve()
        {
            while (listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await listener.GetContextAsync();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                using var query = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(query);
                context.Response.ContentType = "application/timestamp-reply";
                if (Mood == Mood.Silent)
                {
                    context.Response.Abort();
                    continue;
                }

                var answer = Mood switch
                {
                    Mood.Nonsense => "no token"u8.ToArray(),
                    Mood.Refuses => responses.GenerateFailResponse(Org.BouncyCastle.Asn1.Cmp.PkiStatus.Rejection, Org.BouncyCastle.Asn1.Cmp.PkiFailureInfo.SystemFailure, "busy").GetEncoded(),
                    _ => responses.Generate(new TimeStampRequest(query.ToArray()), BigInteger.ValueOf(++serial), DateTime.UtcNow).GetEncoded(),
                };
                await context.Response.OutputStream.WriteAsync(answer);
                context.Response.Close();
            }
        }
    }
}
