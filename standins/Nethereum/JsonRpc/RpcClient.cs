using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Nethereum.JsonRpc.Client;

/// <summary>JSON-RPC over HTTP.</summary>
public class RpcClient : ClientBase
{
    private static readonly JsonSerializerSettings Settings = new() { NullValueHandling = NullValueHandling.Ignore };
    private readonly HttpClient httpClient;

    /// <param name="httpClient">not used before: its base address is set here</param>
    public RpcClient(Uri baseUrl, HttpClient httpClient)
    {
        this.httpClient = httpClient;
        httpClient.BaseAddress = baseUrl;
    }

    public override async Task<T> SendRequestAsync<T>(RpcRequest request, string route = null)
    {
        var response = await PostAsync(request, route).ConfigureAwait(false);
        if (response["error"] is JObject error)
        {
            throw new RpcResponseException(new RpcError(
                error.Value<int>("code"), error.Value<string>("message") + ": " + request.Method, error["data"]?.ToObject<object>()));
        }

        var result = response["result"];
        try
        {
            return result is null || result.Type == JTokenType.Null ? default : result.ToObject<T>();
        }
        catch (Exception unreadable)
        {
            throw new Exception($"Unable to convert the result to type {typeof(T)}", unreadable);
        }
    }

    private async Task<JObject> PostAsync(RpcRequest request, string route)
    {
        try
        {
            var body = JsonConvert.SerializeObject(
                new { id = request.Id, jsonrpc = "2.0", method = request.Method, @params = request.RawParameters }, Settings);
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var limit = new CancellationTokenSource(ConnectionTimeout);
            using var response = await httpClient.PostAsync(route, content, limit.Token).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            var text = await response.Content.ReadAsStringAsync(CancellationToken.None).ConfigureAwait(false);
            return JsonConvert.DeserializeObject<JObject>(text, new JsonSerializerSettings { DateParseHandling = DateParseHandling.None });
        }
        catch (TaskCanceledException error)
        {
            throw new RpcClientTimeoutException($"Rpc timeout after {ConnectionTimeout.TotalMilliseconds} milliseconds", error);
        }
        catch (Exception error)
        {
            throw new RpcClientUnknownException("Error occurred when trying to send rpc requests(s): " + request.Method, error);
        }
    }
}
