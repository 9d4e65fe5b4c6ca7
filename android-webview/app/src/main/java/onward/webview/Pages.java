package onward.webview;

import android.content.res.AssetManager;
import android.net.Uri;
import android.webkit.WebResourceRequest;
import android.webkit.WebResourceResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a request of the page is answered with: a file of the app's assets under `www`, or a refusal. A server of static
 * files without a network, and without redirects, which a WebView does not take from an app.
 */
final class Pages {
    /** Reserved for this use: nobody can own it, and https makes it a secure context. */
    static final String ORIGIN = "https://appassets.androidplatform.net";

    private static final String FOLDER = "www";

    private final AssetManager assets;

    Pages(AssetManager assets) {
        this.assets = assets;
    }

    /** The answer, or null for what has no origin and needs none: `data:`, `blob:` and `about:` stay in the page. */
    WebResourceResponse answer(WebResourceRequest request) {
        Uri url = request.getUrl();
        if (!has(url)) return isOfThePage(url) ? null : refuse(403, "Forbidden");
        if (!request.getMethod().equals("GET")) return refuse(405, "Method Not Allowed");
        String path = path(url);
        if (path == null) return refuse(400, "Bad Request");
        boolean isFolder = path.isEmpty() || path.endsWith("/");
        InputStream file = open(isFolder ? path + "index.html" : path);
        if (file != null) return accept(isFolder ? "index.html" : path, file);
        InputStream index = isFolder ? null : open(path + "/index.html");
        if (index == null) return refuse(404, "Not Found");
        close(index);
        return forward(url);
    }

    /** Whether an address belongs to the app. */
    static boolean has(Uri url) {
        return "https".equals(url.getScheme()) && ORIGIN.substring("https://".length()).equals(url.getAuthority());
    }

    static WebResourceResponse refuse(int status, String reason) {
        return respond("text/plain", status, reason, bytes(reason + "\n"));
    }

    /**
     * The decoded path without its first slash; null for one that names no file: an empty segment, `.`, `..`, or a
     * separator that was hidden by encoding.
     */
    static String path(Uri url) {
        String encoded = url.getEncodedPath();
        if (encoded == null || encoded.isEmpty()) return "";
        String[] segments = encoded.substring(1).split("/", -1);
        StringBuilder path = new StringBuilder();
        for (int at = 0; at < segments.length; at++) {
            boolean isLast = at == segments.length - 1;
            String name = Uri.decode(segments[at]);
            if (name.isEmpty() ? !isLast : name.equals(".") || name.equals("..")) return null;
            if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0 || name.indexOf('\0') >= 0) return null;
            path.append(name);
            if (!isLast) path.append('/');
        }
        return path.toString();
    }

    static String type(String path) {
        String extension = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return switch (extension) {
            case "html", "htm" -> "text/html";
            case "js", "mjs" -> "text/javascript";
            case "css" -> "text/css";
            case "csv" -> "text/csv";
            case "md" -> "text/markdown";
            case "txt" -> "text/plain";
            case "json", "map" -> "application/json";
            case "webmanifest" -> "application/manifest+json";
            case "wasm" -> "application/wasm";
            case "gz" -> "application/gzip";
            case "svg" -> "image/svg+xml";
            case "png" -> "image/png";
            case "jpg", "jpeg" -> "image/jpeg";
            case "gif" -> "image/gif";
            case "webp" -> "image/webp";
            case "ico" -> "image/x-icon";
            case "woff2" -> "font/woff2";
            default -> "application/octet-stream";
        };
    }

    private static boolean isOfThePage(Uri url) {
        String scheme = url.getScheme();
        return "data".equals(scheme) || "blob".equals(scheme) || "about".equals(scheme);
    }

    /** Null where there is no such file; a folder is none. */
    private InputStream open(String path) {
        try {
            return assets.open(FOLDER + "/" + path, AssetManager.ACCESS_STREAMING);
        } catch (IOException absent) {
            return null;
        }
    }

    private static WebResourceResponse accept(String path, InputStream file) {
        return respond(type(path), 200, "OK", file);
    }

    /** A folder named without its slash: relative addresses in its page would miss it, so the browser goes there. */
    private static WebResourceResponse forward(Uri url) {
        String page = "<!doctype html><meta http-equiv=\"refresh\" content=\"0; url=" + url.getEncodedPath() + "/\">\n";
        return respond("text/html", 200, "OK", bytes(page));
    }

    private static WebResourceResponse respond(String type, int status, String reason, InputStream body) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Cache-Control", "no-cache");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("X-Content-Type-Options", "nosniff");
        return new WebResourceResponse(type, isText(type) ? "utf-8" : null, status, reason, headers, body);
    }

    private static boolean isText(String type) {
        return type.startsWith("text/") || type.endsWith("json") || type.endsWith("xml");
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void close(InputStream file) {
        try {
            file.close();
        } catch (IOException ignored) {
            // It was only looked for.
        }
    }
}
