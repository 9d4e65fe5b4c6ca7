package onward.webview;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import android.content.res.AssetManager;
import android.net.Uri;
import android.webkit.WebResourceResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;

/** What is answered, on the files that are in the app. Runs on the oldest Android it is for, and on a newer one. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = {24, 34})
public final class PagesTest {
    private final AssetManager assets = RuntimeEnvironment.getApplication().getAssets();
    private final Pages pages = new Pages(assets);

    @Test
    public void everyFileOfTheAppIsServedByteForByte() throws IOException {
        List<String> files = files("www");
        assertTrue(files.contains("www/" + start() + "index.html"));
        for (String file : files) {
            WebResourceResponse answer = get("/" + Uri.encode(file.substring("www/".length()), "/"));
            assertEquals(file, 200, answer.getStatusCode());
            assertEquals(file, Pages.type(file), answer.getMimeType());
            assertArrayEquals(file, assets.open(file).readAllBytes(), answer.getData().readAllBytes());
        }
    }

    @Test
    public void aFolderIsItsIndex() throws IOException {
        WebResourceResponse answer = get("/" + start());
        assertEquals(200, answer.getStatusCode());
        assertEquals("text/html", answer.getMimeType());
        assertEquals("utf-8", answer.getEncoding());
        byte[] index = assets.open("www/" + start() + "index.html").readAllBytes();
        assertArrayEquals(index, answer.getData().readAllBytes());
    }

    @Test
    public void aFolderWithoutItsSlashLeadsToTheOneWithIt() throws IOException {
        for (String folder : assets.list("www")) {
            if (!List.of(assets.list("www/" + folder)).contains("index.html")) continue;
            String text = text(get("/" + folder + "?x=1"));
            assertTrue(text, text.contains("url=/" + folder + "/\""));
        }
    }

    @Test
    public void noAnswerIsCachedOrGuessedAt() {
        WebResourceResponse answer = get("/" + start());
        assertEquals("nosniff", answer.getResponseHeaders().get("X-Content-Type-Options"));
        assertEquals("no-cache", answer.getResponseHeaders().get("Cache-Control"));
        assertEquals("no-referrer", answer.getResponseHeaders().get("Referrer-Policy"));
    }

    @Test
    public void whatIsNotThereIsNotFound() throws IOException {
        for (String path : List.of("/nothing.js", "/nothing/", "/nothing/index.html", "/" + start() + "nothing")) {
            assertEquals(path, 404, get(path).getStatusCode());
        }
        assertEquals("Not Found\n", text(get("/nothing.js")));
    }

    @Test
    public void aPathThatLeavesTheFolderIsRefused() {
        for (String path : List.of(
            "/../secret", "/draw/../../secret", "/%2e%2e/secret", "/draw/%2E%2e/secret", "/./index.html",
            "//index.html", "/draw//index.html", "/draw%2Findex.html", "/..%2fsecret", "/..%5csecret",
            "/index.html%00.png")) {
            WebResourceResponse answer = get(path);
            assertEquals(path, 400, answer.getStatusCode());
            assertEquals("text/plain", answer.getMimeType());
        }
    }

    @Test
    public void anotherOriginIsForbidden() {
        for (String url : List.of(
            "https://example.org/", "http://appassets.androidplatform.net/draw/",
            "https://appassets.androidplatform.net:8443/", "https://user@appassets.androidplatform.net/",
            "https://appassets.androidplatform.net.example.org/", "wss://appassets.androidplatform.net/",
            "ftp://example.org/", "file:///sdcard/x", "content://contacts/1")) {
            assertEquals(url, 403, pages.answer(Requests.get(url)).getStatusCode());
        }
    }

    @Test
    public void whatStaysInThePageIsLeftToIt() {
        for (String url : List.of("data:text/plain,x", "blob:https://appassets.androidplatform.net/1", "about:blank")) {
            assertNull(url, pages.answer(Requests.get(url)));
        }
    }

    @Test
    public void onlyGetIsAnswered() {
        for (String method : List.of("POST", "HEAD", "PUT", "OPTIONS")) {
            String url = Pages.ORIGIN + "/" + start();
            assertEquals(method, 405, pages.answer(Requests.request(method, url, false)).getStatusCode());
        }
    }

    @Test
    public void typesAreThoseThatBrowsersWant() {
        assertEquals("application/wasm", Pages.type("a/kernels.wasm"));
        assertEquals("text/javascript", Pages.type("worker.min.js"));
        assertEquals("text/javascript", Pages.type("main.mjs"));
        assertEquals("application/manifest+json", Pages.type("app.webmanifest"));
        assertEquals("application/json", Pages.type("A.JSON"));
        assertEquals("image/svg+xml", Pages.type("icon.svg"));
        assertEquals("application/octet-stream", Pages.type("weights.bin"));
        assertEquals("application/octet-stream", Pages.type("LICENSE"));
    }

    @Test
    public void aDecodedNameIsLookedFor() {
        assertEquals("a b/é.txt", Pages.path(Uri.parse(Pages.ORIGIN + "/a%20b/%C3%A9.txt?q=../x#y")));
        assertEquals("", Pages.path(Uri.parse(Pages.ORIGIN)));
        assertEquals("draw/", Pages.path(Uri.parse(Pages.ORIGIN + "/draw/")));
        assertFalse(Pages.has(Uri.parse("https://example.org/draw/")));
    }

    private WebResourceResponse get(String path) {
        return pages.answer(Requests.get(Pages.ORIGIN + path));
    }

    private String start() {
        return RuntimeEnvironment.getApplication().getString(R.string.start_page);
    }

    private String text(WebResourceResponse answer) throws IOException {
        return new String(answer.getData().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Every file below a folder of the assets; what lists nothing is a file. */
    private List<String> files(String folder) throws IOException {
        List<String> files = new ArrayList<>();
        for (String name : assets.list(folder)) {
            String path = folder + "/" + name;
            if (assets.list(path).length == 0) files.add(path);
            else files.addAll(files(path));
        }
        return files;
    }
}
