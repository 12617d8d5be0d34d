using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Tachyon.Grains;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Silo.Console.Live;
using Tachyon.Silo.Console.Sessions;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Console;

/// <summary>Who may see the console, and whose forms it takes.</summary>
public sealed class ConsoleAccessTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
    private TestSilo _silo = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_directory.Combine("key"), BusySilo.Key + "\n");
        _silo = await TestSilo.StartAsync(changes: ("Gateway:OperatorKeyFile", _directory.Combine("key")));
    }

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    public void Dispose()
    {
        _http.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Action_WithoutASession_LeadsToTheKey_AndDoesNothing()
    {
        var (terms, channelId) = await ClaimableAsync();

        using var answer = await PostAsync($"/channels/{channelId}/claim", cookie: null, ("token", ""));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/sign-in?then=", answer.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.Empty((await _silo.Grains.Channel(channelId).View())!.Operations);
    }

    [Fact]
    public async Task Action_FromAFormThatWasNotMadeForTheSession_DoesNothing()
    {
        var (_, channelId) = await ClaimableAsync();
        var (cookie, other) = (await SignInAsync(), await SignInAsync());
        var path = $"/channels/{channelId}/claim";
        var token = await TokenAsync(path, cookie);

        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(path, cookie, ("token", "")));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(path, cookie, ("token", await TokenAsync(path, other))));
        using (var request = Form(path, cookie, ("token", token)))
        {
            // What a browser says of a form on another site, were the cookie ever sent with it.
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
            using var answer = await _http.SendAsync(request);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        Assert.Empty((await _silo.Grains.Channel(channelId).View())!.Operations);
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(path, cookie, ("token", token)));
        Assert.NotEmpty((await _silo.Grains.Channel(channelId).View())!.Operations);
    }

    [Fact]
    public async Task Close_IsAskedAboutFirst_AndThenOfTheProvidersEdge()
    {
        using var consumer = await _silo.ConnectAsync(1);
        using var provider = await _silo.ConnectAsync(2);
        var (_, channelId) = await _silo.OpenActiveAsync(consumer, provider);
        await provider.AskAsync(new Announce("203.0.113.7:9440", new Protocol.Amounts.TokenAmount(1_000_000), 10_000, 0, 0, 5));
        var path = $"/channels/{channelId}/close";
        var cookie = await SignInAsync();

        var token = await TokenAsync(path, cookie);
        await provider.AskAsync(Heartbeat.Instance);
        Assert.Empty(provider.Heard<CloseAsked>());
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(path, cookie, ("token", token)));

        Assert.Equal(channelId, (await provider.NextAsync<CloseAsked>()).ChannelId);
    }

    [Theory]
    [InlineData("/channels?phase=active", "/channels?phase=active")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/é", "/")]
    public async Task SigningIn_LeadsToAPageOfThisConsoleAlone(string then, string expected)
    {
        using var answer = await PostAsync("/sign-in", cookie: null, ("key", BusySilo.Key), ("then", then));

        Assert.Equal(expected, answer.Headers.Location?.ToString());
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("application/json", "{\"key\":1}", HttpStatusCode.Unauthorized)]
    [InlineData("multipart/form-data; boundary=x", "no part at all", HttpStatusCode.Unauthorized)]
    [InlineData("multipart/form-data", "no boundary", HttpStatusCode.Unauthorized)]
    [InlineData("application/x-www-form-urlencoded", "then=%", HttpStatusCode.Unauthorized)]
    public async Task SigningIn_WithWhatIsNoForm_IsRefused_AndNoFaultOfTheSilo(string type, string body, HttpStatusCode expected)
    {
        foreach (var path in new[] { "/sign-in", "/sign-out" })
        {
            using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            using var answer = await _http.PostAsync(new Uri(_silo.Url, path), content);
            Assert.Equal(path == "/sign-in" ? expected : HttpStatusCode.Redirect, answer.StatusCode);
        }
    }

    [Fact]
    public async Task SigningIn_WithAFormThatIsTooLarge_IsRefused()
    {
        using var answer = await PostAsync("/sign-in", cookie: null, ("key", new string('x', 20_000)));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task FollowedPages_OfStrangersAtOneAddress_AreLimited_AndAnOperatorFindsRoom()
    {
        List<HttpResponseMessage> followed = [];
        for (var i = 0; i < LiveStreams.MostPerAddress; i++)
        {
            followed.Add(await FollowAsync(cookie: null));
        }

        Assert.All(followed, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        using (var refused = await FollowAsync(cookie: null))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }

        using (var operators = await FollowAsync(await SignInAsync()))
        {
            Assert.Equal(HttpStatusCode.OK, operators.StatusCode);
        }

        // Whoever goes makes room.
        followed[0].Dispose();
        await Eventually.TrueAsync(
            async () =>
            {
                using var next = await FollowAsync(cookie: null);
                return next.StatusCode == HttpStatusCode.OK;
            },
            "a place to be free");
        followed.ForEach(answer => answer.Dispose());
    }

    [Theory]
    [InlineData("127.0.0.0/8", true)]
    [InlineData("10.0.0.0/8", false)]
    public async Task Session_BehindATrustedProxyWithTls_IsSentOverTlsAlone(string trusted, bool secure)
    {
        await using var silo = await TestSilo.StartAsync(changes: [("Gateway:OperatorKeyFile", _directory.Combine("key")), ("Gateway:TrustedProxies", trusted)]);
        using var request = Form("/sign-in", cookie: null, ("key", BusySilo.Key), ("then", "/"));
        request.RequestUri = new Uri(silo.Url, "/sign-in");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        request.Headers.Add("X-Forwarded-Proto", "https");

        using var answer = await _http.SendAsync(request);

        Assert.Equal(secure, Assert.Single(answer.Headers.GetValues("Set-Cookie")).Contains("secure", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Page_TellsTheBrowserWhatItMayDo_AndIsNotKept()
    {
        using var answer = await _http.GetAsync(new Uri(_silo.Url, "/channels"));

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task Page_OfNothing_IsNotFound_AndEncodesWhatWasAsked()
    {
        using var answer = await _http.GetAsync(new Uri(_silo.Url, "/providers/%3Cscript%3Ealert(1)%3C%2Fscript%3E"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain("<script>alert", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_IsClosed_WhereItIsToBe_ButForWhoeverHasTheKey_AndForHealth()
    {
        await using var silo = await TestSilo.StartAsync(changes: [("Gateway:OperatorKeyFile", _directory.Combine("key")), ("Gateway:ReadersNeedKey", "true")]);

        Assert.Equal(HttpStatusCode.Redirect, await GetAsync(silo, "/"));
        Assert.Equal(HttpStatusCode.Redirect, await GetAsync(silo, "/", accept: "text/event-stream"));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(silo, "/v1/channels"));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(silo, "/v1/openapi.json"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(silo, "/v1/health"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(silo, "/sign-in"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(silo, "/v1/channels", bearer: BusySilo.Key));
        var cookie = await SignInAsync(silo.Url);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(silo, "/", cookie));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(silo, "/v1/history", cookie));
        Assert.Equal(HttpStatusCode.Redirect, await GetAsync(silo, "/", cookie[..^4]));
    }

    [Fact]
    public async Task Routes_AreShownToOperatorsAlone_AndWhereThereIsAProxy()
    {
        await using var proxy = await TestSilo.StartAsync(changes: [("Gateway:OperatorKeyFile", _directory.Combine("key")), ("Grains:Proxy", "true")]);
        var cookie = await SignInAsync(proxy.Url);

        Assert.Equal(HttpStatusCode.Redirect, await GetAsync(proxy, "/routes"));
        Assert.Equal(HttpStatusCode.Redirect, await GetAsync(proxy, "/routes", accept: "text/event-stream"));
        Assert.Equal(HttpStatusCode.Redirect, await GetAsync(proxy, $"/routes/{proxy.Account}"));
        Assert.DoesNotContain("href=\"/routes\"", await TextAsync(proxy, cookie: null), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(proxy, "/routes", cookie));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(proxy, $"/routes/{proxy.Account}", cookie));
        Assert.Contains("href=\"/routes\"", await TextAsync(proxy, cookie), StringComparison.Ordinal);

        var other = await SignInAsync();
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(_silo, "/routes", other));
        Assert.DoesNotContain("href=\"/routes\"", await TextAsync(_silo, other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenPage_DoesNotHoldUpTheEndOfASilo()
    {
        await using var silo = await TestSilo.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(silo.Url, "/")) { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("text/event-stream") } } };
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var events = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.Equal("event: page", await events.ReadLineAsync());

        await silo.StopAsync();

        // It ended by itself: the connection was not cut.
        await events.ReadToEndAsync().WaitAsync(Eventually.DefaultTimeout);
    }

    [Fact]
    public async Task Drain_ByRest_NeedsTheKey_AndTheProviderIsNotMatched()
    {
        using var provider = await _silo.ConnectAsync(7);
        await provider.AskAsync(new Announce("203.0.113.7:9440", new Protocol.Amounts.TokenAmount(1_000_000), 10_000, 0, 0, 5));
        var path = new Uri(_silo.Url, $"/v1/providers/{provider.Address}/drain");

        Assert.Equal(HttpStatusCode.Unauthorized, await DrainAsync(path, key: null));
        Assert.Equal(HttpStatusCode.OK, await DrainAsync(path, BusySilo.Key));
        Assert.True((await _silo.Grains.Provider(provider.Address).View()).Draining);
        Assert.Equal(HttpStatusCode.NotFound, await DrainAsync(new Uri(_silo.Url, $"/v1/providers/{_silo.Account}/drain"), BusySilo.Key));

        async Task<HttpStatusCode> DrainAsync(Uri url, string? key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent("{\"draining\":true}", new MediaTypeHeaderValue("application/json")) };
            request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
            using var answer = await _http.SendAsync(request);
            return answer.StatusCode;
        }
    }

    private async Task<HttpResponseMessage> FollowAsync(string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_silo.Url, "/channels"));
        request.Headers.Add("Accept", "text/event-stream");
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", $"{OperatorSessions.CookieName}={cookie}");
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private async Task<(Terms Terms, ChannelId ChannelId)> ClaimableAsync()
    {
        using var consumer = await _silo.ConnectAsync(1);
        using var provider = await _silo.ConnectAsync(2);
        var (terms, channelId) = await _silo.OpenActiveAsync(consumer, provider);
        await consumer.AskAsync(new SubmitUnits([new ChannelUnits(consumer.Unit(terms, 1, 3_000_000), null)]));
        return (terms, channelId);
    }

    private async Task<string> SignInAsync(Uri? silo = null)
    {
        using var request = Form("/sign-in", cookie: null, ("key", BusySilo.Key), ("then", "/"));
        request.RequestUri = new Uri(silo ?? _silo.Url, "/sign-in");
        using var answer = await _http.SendAsync(request);
        return Assert.Single(answer.Headers.GetValues("Set-Cookie")).Split(';')[0][(OperatorSessions.CookieName.Length + 1)..];
    }

    private async Task<string> TokenAsync(string path, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_silo.Url, path));
        request.Headers.Add("Cookie", $"{OperatorSessions.CookieName}={cookie}");
        using var answer = await _http.SendAsync(request);
        var page = await answer.Content.ReadAsStringAsync();
        const string Before = "name=\"token\" value=\"";
        var start = page.LastIndexOf(Before, StringComparison.Ordinal) + Before.Length;
        return page[start..page.IndexOf('"', start)];
    }

    private async Task<HttpStatusCode> StatusAsync(string path, string? cookie, params (string Name, string Value)[] fields)
    {
        using var answer = await PostAsync(path, cookie, fields);
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string? cookie, params (string Name, string Value)[] fields)
    {
        using var request = Form(path, cookie, fields);
        return await _http.SendAsync(request);
    }

    private HttpRequestMessage Form(string path, string? cookie, params (string Name, string Value)[] fields)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_silo.Url, path))
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", $"{OperatorSessions.CookieName}={cookie}");
        }

        return request;
    }

    private async Task<string> TextAsync(TestSilo silo, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, silo.Url);
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", $"{OperatorSessions.CookieName}={cookie}");
        }

        using var answer = await _http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<HttpStatusCode> GetAsync(TestSilo silo, string path, string? cookie = null, string? bearer = null, string accept = "text/html")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(silo.Url, path));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", $"{OperatorSessions.CookieName}={cookie}");
        }

        request.Headers.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }
}
